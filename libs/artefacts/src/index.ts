/** The programs that a machine needs: released ones by their hashes, or files that the operator brought. */
export { ArtefactError, type Architecture, type Artefact, type Tell } from './artefact.ts'
export { programsFor, type ProgramOptions } from './programs-for.ts'
