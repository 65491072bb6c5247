import { readFileSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'

/** Who we are, who may use a path, and what to do so that we may: for a sentence such as "… is refused to user web: …". */
export interface Access {
  readonly user: string
  /** The group that owns the path, where that can be seen. */
  readonly group?: string
  /** What to do, as a clause: "run it as root, or …". */
  readonly cure: string
}

/** Explains why a folder or a socket is refused to us. */
export function explainAccess(path: string): Access {
  const user = ourName()
  try {
    const stats = statSync(path)
    const group = groupName(stats.gid, readFileSync('/etc/group', 'utf8'))
    const [needed, letters] = stats.isSocket() ? [0o060, 'rw'] : [0o050, 'rx']
    // Nobody should join the group of root for this.
    const join = stats.gid !== 0 && (stats.mode & needed) === needed
    const otherwise = join
      ? `add the user to that group (usermod -aG ${group} ${user})`
      : `let a group of that user use it (chgrp GROUP ${path}; chmod g+${letters} ${path})`
    return { user, group, cure: `run it as root, or ${otherwise}` }
  } catch {
    return { user, cure: 'run it as root, or as a user who may read all folders of that path' }
  }
}

/** Looks a group up in the text of `/etc/group`; a group without an entry is called by its number. */
export function groupName(gid: number, groups: string): string {
  const line = groups.split('\n').find((entry) => entry.split(':')[2] === String(gid))
  return line?.split(':')[0] ?? String(gid)
}

function ourName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}
