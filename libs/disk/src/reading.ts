/** Files that people edit: what is in them, and where each thing stands. */
export { ConfigError } from './config-error.ts'
export { positionOf, type Path, type Source } from './located.ts'
export { problemsOf, showPath, type Issue, type Problem } from './problem.ts'
export { readBytes } from './read-bytes.ts'
export { parseYaml, readYaml } from './read-yaml.ts'
