import { CURRENT, KEPT, ROOT } from '@route-server/installation'

/** Between sections, and between files in one. */
export const SECTION = '\u001e'
export const FILE = '\u001f'

/**
 * Finds out in one go what is on a machine. Each section begins with the separator and its name; a program that isn't there leaves its
 * section empty. Nothing is changed.
 */
export const SURVEY_SCRIPT = `
export LC_ALL=C PATH="$PATH:/usr/local/bin:/usr/local/sbin:/usr/sbin:/sbin"
section() { printf '\\036%s\\n' "$1"; }
section kernel; uname -sm
section id; id -u
section host; uname -n
section systemd; [ -d /run/systemd/system ] && systemctl --version | head -n 1
section tools; for tool in tar gzip sha256sum setpriv systemd-run useradd ss ip; do command -v $tool >/dev/null 2>&1 || printf '%s\\n' "$tool"; done
section clock; date +%s
section addresses; ip -o addr show 2>/dev/null
section primary; ip -o route get 192.0.2.1 2>/dev/null
section listeners; ss -Hltunp 2>/dev/null
section space; for folder in ${ROOT} /opt /; do [ ! -d $folder ] || { df -Pk $folder | tail -n 1; break; }; done
section firewall; nft list ruleset 2>/dev/null | head -n 2000
section ufw; ufw status 2>/dev/null | head -n 200
section firewalld; firewall-cmd --state >/dev/null 2>&1 && firewall-cmd --list-all 2>/dev/null | head -n 200
section version; readlink ${CURRENT} 2>/dev/null
section interrupted; cat ${ROOT}/switching 2>/dev/null
section programs; ls ${ROOT}/programs 2>/dev/null
section traefik; found=$(readlink -f "$(command -v traefik 2>/dev/null)") && [ -f "$found" ] && printf '%s %s %s %s\n' "$(sha256sum <"$found" | cut -d ' ' -f 1)" "$(stat -c %s "$found")" "$("$found" version 2>/dev/null | sed -n 's/^Version:[[:space:]]*//p')" "$found"
section previous; ls -t ${ROOT}/versions 2>/dev/null
section sealed; [ -d ${CURRENT}/secrets ] && (cd ${CURRENT}/secrets && sha256sum *)
section kept; for file in ${KEPT}/*; do [ -f "$file" ] && printf '\\037%s\\n' "\${file##*/}" && cat "$file"; done
section files; [ -d ${CURRENT}/ ] && cd ${CURRENT}/ && find . -type f ! -path './secrets/*' | while read -r file; do printf '\\037%s\\n' "\${file#./}"; cat "$file"; done
section end
`
