/** Files that become texts: esbuild does it for the bundles, tools/jest/transform.cjs for the tests. */
declare module '*.css' {
  const text: string
  export default text
}
declare module '*.svg' {
  const text: string
  export default text
}
declare module '*.client.js' {
  const text: string
  export default text
}
