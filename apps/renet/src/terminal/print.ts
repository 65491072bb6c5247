/** For what goes on meanwhile, as it happens. `rdc` passes it on by that it doesn't begin as a remark does. */
export function progress(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** For what isn't the answer itself: notes, warnings, what to do next. */
export function remark(text: string): void {
  process.stderr.write(`renet: ${text}\n`)
}
