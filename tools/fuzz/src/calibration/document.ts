/** A document that can be changed; scalars and keys are YAML text already, so that nothing stands between them and the reader. */
export type Written =
  | { readonly kind: 'scalar'; text: string }
  | { readonly kind: 'list'; items: Written[] }
  | { readonly kind: 'map'; entries: [key: string, value: Written][] }

/** In blocks, as a route document is; what is in a list begins on the line of its dash. */
function blockText(node: Written, indent: string): string {
  if (node.kind === 'scalar') return ` ${node.text}\n`
  if (node.kind === 'list') {
    const items = node.items.map((item) => `${indent}-${blockText(item, `${indent}  `).replace(/^\n +/, ' ')}`)
    return items.length === 0 ? ' []\n' : `\n${items.join('')}`
  }
  const entries = node.entries.map(([key, value]) => `${indent}${key}:${blockText(value, `${indent}  `)}`)
  return entries.length === 0 ? ' {}\n' : `\n${entries.join('')}`
}

export const textOfDocument = (node: Written): string => blockText(node, '').trimStart()
