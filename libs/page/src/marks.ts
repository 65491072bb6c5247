import type { DaemonState } from '@route-server/kernel'
import type { Level } from '@route-server/plugin-api'
import type { Health } from '@route-server/server'
import { html, own, type Html } from './html.ts'
import type { TraefikStatus } from './traefik-status.ts'

/** Shapes in a square of 16; no two have the same outline, so that none needs its colour. */
const SHAPES = {
  check: '<circle cx="8" cy="8" r="6.5"/><path d="M5 8.2l2.1 2.1L11 6"/>',
  cross: '<path d="M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z"/><path d="M5.8 5.8l4.4 4.4m0-4.4l-4.4 4.4"/>',
  triangle: '<path d="M8 1.8l6.7 12.4H1.3z"/><path d="M8 6.2v3.6m0 2v.2"/>',
  clock: '<circle cx="8" cy="8" r="6.5" stroke-dasharray="2.6 1.5"/><path d="M8 4.6V8l2.3 1.6"/>',
  dash: '<path d="M3.5 8h9"/>',
  info: '<rect x="1.8" y="1.8" width="12.4" height="12.4" rx="3"/><path d="M8 7.4v4m0-6.8v.2"/>',
} as const

interface Mark {
  readonly shape: keyof typeof SHAPES
  readonly tone: 'good' | 'bad' | 'doubtful' | 'quiet'
  readonly word: string
}

export const DAEMON_MARKS: Readonly<Record<DaemonState, Mark>> = {
  live: { shape: 'check', tone: 'good', word: 'live' },
  stale: { shape: 'triangle', tone: 'doubtful', word: 'stale' },
  gone: { shape: 'cross', tone: 'bad', word: 'gone' },
  pending: { shape: 'clock', tone: 'quiet', word: 'pending' },
}

export const LEVEL_MARKS: Readonly<Record<Level, Mark>> = {
  error: { shape: 'cross', tone: 'bad', word: 'error' },
  warning: { shape: 'triangle', tone: 'doubtful', word: 'warning' },
  info: { shape: 'info', tone: 'quiet', word: 'info' },
}

export const HEALTH_MARKS: Readonly<Record<Health['status'], Mark>> = {
  ok: { shape: 'check', tone: 'good', word: 'Everything is well' },
  degraded: { shape: 'triangle', tone: 'doubtful', word: 'Degraded' },
  starting: { shape: 'clock', tone: 'quiet', word: 'Starting' },
}

export const TRAEFIK_MARKS: Readonly<Record<TraefikStatus['status'], Mark>> = {
  enabled: { shape: 'check', tone: 'good', word: 'accepted' },
  warning: { shape: 'triangle', tone: 'doubtful', word: 'with a warning' },
  disabled: { shape: 'cross', tone: 'bad', word: 'refused' },
  absent: { shape: 'clock', tone: 'quiet', word: 'not there yet' },
  unknown: { shape: 'dash', tone: 'quiet', word: 'unknown' },
}

/** A state: a shape, a word, and a colour for who sees it. */
export const markOf = ({ shape, tone, word }: Mark, about = word): Html =>
  html`<span class="mark ${tone}"
    ><svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">${own(SHAPES[shape])}</svg>${about}</span
  >`
