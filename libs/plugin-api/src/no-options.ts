import type { StandardSchemaV1 } from '@standard-schema/spec'

/** The schema of a plugin that takes no options: nothing, or an empty object. */
export const noOptions: StandardSchemaV1<unknown, undefined> = {
  '~standard': {
    version: 1,
    vendor: 'route-server',
    validate(value) {
      if (value === undefined || value === null) return { value: undefined }
      const keys = typeof value === 'object' ? Object.keys(value) : undefined
      if (keys?.length === 0) return { value: undefined }
      const key = keys?.[0]
      return { issues: [{ message: 'this plugin takes no options', ...(key === undefined ? {} : { path: [key] }) }] }
    },
  },
}
