import { KEPT, ROOT, type Program } from '@route-server/installation'
import { quoted } from '@route-server/ssh'

/**
 * Unpacks what comes on standard input beside everything that is in force, checks it, and makes it durable. Nobody looks at half of it:
 * a folder gets its name at the end.
 */
export const receiveScript = (version: string, programs: readonly Program[]): string => `
set -eu
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
umask 022
mkdir -p ${ROOT}/programs ${ROOT}/versions ${KEPT}
chmod 700 ${KEPT}
# What a push that was cut off left here.
find ${ROOT} -maxdepth 1 -name 'incoming.*' -mmin +60 -exec rm -rf {} +
incoming=$(mktemp -d ${ROOT}/incoming.XXXXXX)
trap 'rm -rf "$incoming"' EXIT
cd "$incoming"
tar -xzf - || { echo "The files didn't arrive whole, or the disk is full." >&2; exit 3; }
${programs
  .flatMap(({ name, sha256, onMachine }) =>
    onMachine === undefined
      ? []
      : [
          `mkdir -p programs/${sha256} && cp ${quoted(onMachine)} programs/${sha256}/${name} && chmod 755 programs/${sha256}/${name}`,
        ],
  )
  .join('\n')}
[ ! -s sums ] || sha256sum -c --quiet sums || { echo 'A program arrived damaged.' >&2; exit 3; }
for folder in programs/*; do
  [ -d "$folder" ] || continue
  [ -d "${ROOT}/$folder" ] || mv -T "$folder" "${ROOT}/$folder"
done
for file in kept/*; do
  # Never in place of one that is there: somebody else may have been first.
  [ ! -f "$file" ] || ln "$file" "${KEPT}/\${file##*/}" 2>/dev/null || [ -e "${KEPT}/\${file##*/}" ]
done
chmod 755 version
chmod 700 version/secrets
cp -p switch version/switch
sync
there=${ROOT}/versions/${version}
# The same version may be in force, or be put in force by somebody else at this moment: only what differs is mended, where it is.
if [ -d "$there" ]; then
  cd version
  find . -type f | while read -r file; do
    cmp -s "$file" "$there/$file" || { cp -p "$file" "$there/$file.new" && mv -T "$there/$file.new" "$there/$file"; }
  done
else
  mv -T version "$there"
fi
`
