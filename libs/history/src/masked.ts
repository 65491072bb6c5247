import type { Entry } from '@route-server/kernel'
import { yamlEntries } from '@route-server/traefik'
import type { Yaml } from '@route-server/traefik'

const MASK = '***'

/** Fields whose every text is a secret, or may be one, whatever it looks like; lower case. `plugin`: what Traefik's plugins call their secrets nobody knows. */
const SECRET_FIELDS = new Set([
  'users',
  'customrequestheaders',
  'customresponseheaders',
  'headers',
  'plugin',
  'keyfile',
])
const SECRET_FIELD = /passw|secret|token|credential|private/i

/** A middleware's own `headers` has fields of which few are secret; a health check's are headers. */
const isSecret = (field: string, value: Yaml): boolean =>
  SECRET_FIELD.test(field) ||
  (SECRET_FIELDS.has(field.toLowerCase()) &&
    !(field === 'headers' && isMap(value) && Object.values(value).some((inner) => typeof inner !== 'string')))

const isMap = (value: Yaml): value is { readonly [key: string]: Yaml | undefined } =>
  typeof value === 'object' && !Array.isArray(value)

const isList = (value: Yaml): value is readonly Yaml[] => Array.isArray(value)

/** The same in the same shape; texts as `mask` gives them. */
function mapped(value: Yaml, mask: (text: string) => string): Yaml {
  if (typeof value === 'string') return mask(value)
  if (isList(value)) return value.map((item) => mapped(item, mask))
  if (!isMap(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => {
      if (inner === undefined) return [field, inner]
      return [field, mapped(inner, isSecret(field, inner) ? () => MASK : mask)]
    }),
  )
}

/** What an entry says, as YAML, without secrets: those that stand where secrets do, and what `mask` finds in other texts. */
export const maskedText = ({ value }: Pick<Entry, 'value'>, mask: (text: string) => string): string =>
  yamlEntries(mapped(value, mask) as { readonly [key: string]: Yaml })
