import { reasonOf as generally, type Reason } from '@route-server/disk'

const FORBIDDEN: Reason = {
  why: "this user isn't allowed to write there",
  cure: 'Give the state directory to the user that the route server runs as.',
}

const OURS: Readonly<Record<string, Reason>> = {
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  ENOENT: { why: 'its folder is gone', cure: 'Restart the route server: it makes the folder again.' },
}

/** What an error of the file system means for the state directory. */
export const reasonOf = (error: unknown): Reason => generally(error, OURS)
