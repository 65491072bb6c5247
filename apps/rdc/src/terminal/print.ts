/** For what isn't the answer itself: notes, warnings, what to do next. */
export function remark(text: string): void {
  process.stderr.write(`${text}\n`)
}
