/** A document as it is written down: scalars and keys are YAML text already, so that nothing stands between them and the reader. */
export type Written =
  | { readonly kind: 'scalar'; text: string }
  | { readonly kind: 'list'; items: Written[]; flow: boolean }
  | { readonly kind: 'map'; entries: [key: string, value: Written][]; flow: boolean }

const flowText = (node: Written): string => {
  if (node.kind === 'scalar') return node.text
  if (node.kind === 'list') return `[${node.items.map(flowText).join(', ')}]`
  return `{${node.entries.map(([key, value]) => `${key}: ${flowText(value)}`).join(', ')}}`
}

const isEmpty = (node: Exclude<Written, { readonly kind: 'scalar' }>): boolean =>
  (node.kind === 'list' ? node.items : node.entries).length === 0

function blockText(node: Written, indent: string): string {
  if (node.kind === 'scalar' || node.flow || isEmpty(node)) return ` ${flowText(node)}\n`
  if (node.kind === 'list')
    return `\n${node.items.map((item) => `${indent}-${blockText(item, `${indent}  `)}`).join('')}`
  return `\n${node.entries.map(([key, value]) => `${indent}${key}:${blockText(value, `${indent}  `)}`).join('')}`
}

export const textOfDocument = (node: Written): string => blockText(node, '').trimStart()
