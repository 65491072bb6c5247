/** One line for people who meet the route server before it knows every daemon. */
export function waitingMessage(waitingFor: readonly string[]): string {
  const [first = 'The daemons are being listed for the first time.', ...others] = waitingFor
  return `No routes yet. ${first}${others.length > 0 ? ` And ${others.length} more: see /health.` : ''}`
}
