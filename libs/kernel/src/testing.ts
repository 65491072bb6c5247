// For tests of whoever builds on the kernel.
export { sampleContainer } from './sample-container.ts'
export { sampleView } from './sample-view.ts'
