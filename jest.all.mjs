import { existsSync, readdirSync } from 'node:fs'
import preset from './jest.preset.mjs'

const root = import.meta.dirname
const projects = ['apps', 'libs', 'libs/plugins', 'tools']
  .filter((folder) => existsSync(`${root}/${folder}`))
  .flatMap((folder) => readdirSync(`${root}/${folder}`).map((name) => `${root}/${folder}/${name}/jest.config.mjs`))
  .filter((config) => existsSync(config))

/** Every project's tests; `nx test PROJECT` runs those of one. Two at a time also on two cores: the long ones mostly wait for others. */
export default {
  projects,
  maxWorkers: 2,
  testTimeout: preset.testTimeout,
  reporters: ['default', `${root}/tools/jest/counts.cjs`],
}
