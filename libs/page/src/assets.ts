import { createHash } from 'node:crypto'
import icon from './icon.svg'
import script from './page.client.js'
import style from './page.css'

/** A file that the page needs. Its name changes with its content, so that a browser may keep it for good. */
export interface Asset {
  readonly path: string
  readonly type: string
  readonly text: string
}

function asset(stem: string, extension: string, type: string, text: string): Asset {
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 12)
  return { path: `/${stem}.${hash}.${extension}`, type, text }
}

export const STYLE = asset('page', 'css', 'text/css; charset=utf-8', style)
export const SCRIPT = asset('page', 'js', 'text/javascript; charset=utf-8', script)
export const ICON = asset('page', 'svg', 'image/svg+xml', icon)
