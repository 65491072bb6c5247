const { transformSync, version } = require('esbuild')
const { createHash } = require('node:crypto')

const options = { loader: 'ts', format: 'esm', target: 'node20', sourcemap: 'both' }
/** What is no code of ours here becomes a text, as in the bundles. */
const TEXT = /\.(?:css|svg|client\.js)$/

module.exports = {
  process: (source, file) =>
    transformSync(source, { ...options, ...(TEXT.test(file) && { loader: 'text' }), sourcefile: file }),
  getCacheKey: (source, file) =>
    createHash('sha1')
      .update([version, JSON.stringify(options), file, source].join('\0'))
      .digest('hex'),
}
