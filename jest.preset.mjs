/** What every project's tests run with: native ES modules, TypeScript stripped by esbuild, libraries taken from their sources. */
export default {
  testEnvironment: 'node',
  // A busy machine is slow, and a test that hangs is told soon enough.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts', '.css', '.svg'],
  transform: { '^.+\\.(?:ts|css|svg|client\\.js)$': import.meta.dirname + '/tools/jest/transform.cjs' },
  testEnvironmentOptions: { customExportConditions: ['@route-server/source', 'node', 'node-addons'] },
}
