/** The programs that a machine needs: released ones by their hashes, or files that the operator brought. */
export { programsFor } from './programs-for.ts'
