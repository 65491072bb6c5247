/** The lane beside the poll: the route document as a file that Traefik watches. */
export { createPublisher, type Publication, type Publisher, type PublisherOptions } from './publish.ts'
export type { Clock } from './clock.ts'
