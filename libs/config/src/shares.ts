import { section, wholeNumber } from './parts.ts'

/** How much one network may have. The kernel's own defaults are the same numbers; a test of the program compares them. */
export const sharesSchema = section({
  routers: wholeNumber(0).default(10_000),
  hosts: wholeNumber(0).default(1_000),
  ports: wholeNumber(0).default(10),
  bytes: wholeNumber(0).default(4 * 2 ** 20),
  certificateHosts: wholeNumber(0).default(50),
  revisions: wholeNumber(1).default(6),
})
