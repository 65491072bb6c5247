const { transformSync, version } = require('esbuild')
const { createHash } = require('node:crypto')

const options = { loader: 'ts', format: 'esm', target: 'node20', sourcemap: 'both' }

module.exports = {
  process: (source, file) => transformSync(source, { ...options, sourcefile: file }),
  getCacheKey: (source, file) =>
    createHash('sha1')
      .update([version, JSON.stringify(options), file, source].join('\0'))
      .digest('hex'),
}
