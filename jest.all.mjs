import { existsSync, readdirSync } from 'node:fs'
import preset from './jest.preset.mjs'

const root = import.meta.dirname
const projects = ['apps', 'libs', 'libs/plugins', 'tools']
  .filter((folder) => existsSync(`${root}/${folder}`))
  .flatMap((folder) => readdirSync(`${root}/${folder}`).map((name) => `${root}/${folder}/${name}/jest.config.mjs`))
  .filter((config) => existsSync(config))

/** Every project's tests in one process; `nx test PROJECT` runs those of one. */
export default { projects, testTimeout: preset.testTimeout, reporters: ['default', `${root}/tools/jest/counts.cjs`] }
