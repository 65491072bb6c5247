import type { Container, Diagnostic, Origin } from '@route-server/plugin-api'
import { quoted } from '@route-server/traefik'
import { diagnostic } from '../messages.ts'

/** The label, and the middleware's name before the network's ID. No label can define that: names in labels have no dots. */
export const HOLD = 'rediacc.hold'

/** Durations of nothing, as the configuration takes them, too. */
const OFF = /^0+(ms|s|m|h|d)?$/

/** Whether the container says that requests shouldn't wait for it. */
export const wantsNoHold = ({ labels }: Container): boolean => OFF.test(labels[HOLD]?.trim() ?? '')

/** What is to be said of a label that says something else: there is one hold for all. */
export function holdLabelFault(container: Container, origin: Origin): Diagnostic | undefined {
  const text = container.labels[HOLD]
  if (text === undefined || wantsNoHold(container)) return undefined
  return {
    ...diagnostic(
      'LABEL_IGNORED',
      'warning',
      origin,
      `${HOLD} has no effect: it can only be 0, so that requests don't wait for this container, and it is ${quoted(text)}. How long they wait for all others is the operator's setting "hold".`,
    ),
    label: HOLD,
    suggestion: `${HOLD}=0`,
  }
}
