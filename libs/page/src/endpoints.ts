import type { PageEndpoint } from '@route-server/server'
import { ICON, SCRIPT, STYLE, type Asset } from './assets.ts'
import { createChanges, type Subscribe } from './changes.ts'
import { createPage, type PageSources } from './page.ts'

/** Nothing but our own script and style, from here, and no place in anybody's frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const COMMON = {
  'Content-Security-Policy': POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

function streamOf(texts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const next = await texts.next()
      if (next.done) controller.close()
      else controller.enqueue(encoder.encode(next.value))
    },
    async cancel() {
      await texts.return(undefined)
    },
  })
}

const assetEndpoint =
  ({ type, text }: Asset): PageEndpoint =>
  () =>
    new Response(text, {
      headers: { ...COMMON, 'Content-Type': type, 'Cache-Control': 'private, max-age=31536000, immutable' },
    })

export interface PageOptions extends PageSources {
  readonly subscribe: Subscribe
}

/** What a browser asks for, by its paths. */
export function createPageEndpoints({ subscribe, ...sources }: PageOptions): Readonly<Record<string, PageEndpoint>> {
  const page = createPage(sources)
  const listen = createChanges(subscribe)
  return {
    '/': ({ url }, { health }) =>
      new Response(streamOf(page(new URL(url).searchParams, health())), {
        headers: { ...COMMON, 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
      }),
    '/changes': () => {
      const stream = listen()
      if (!stream)
        return new Response('Too many listen already.\n', { status: 503, headers: { ...COMMON, 'Retry-After': '10' } })
      return new Response(stream, {
        headers: { ...COMMON, 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' },
      })
    },
    ...Object.fromEntries([STYLE, SCRIPT, ICON].map((asset) => [asset.path, assetEndpoint(asset)])),
  }
}
