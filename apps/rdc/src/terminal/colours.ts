import picocolors from 'picocolors'

const { NO_COLOR, FORCE_COLOR, TERM } = process.env
const isWanted = FORCE_COLOR === undefined ? undefined : FORCE_COLOR !== '0'

// Not everybody that draws for us (spinner, prompt) knows NO_COLOR; all of them know the other.
if (NO_COLOR) {
  delete process.env['NO_COLOR']
  process.env['FORCE_COLOR'] = '0'
}

const coloursFor = (stream: { readonly isTTY?: boolean }): ReturnType<typeof picocolors.createColors> =>
  picocolors.createColors(!NO_COLOR && (isWanted ?? (stream.isTTY === true && TERM !== 'dumb')))

/** For standard output. */
export const colours = coloursFor(process.stdout)
/** For standard error. */
export const errorColours = coloursFor(process.stderr)
