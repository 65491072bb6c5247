import { CURRENT, ROUTER, ROUTER_STATE, TOKEN_FILE, TRAEFIK, TRAEFIK_STATE } from './paths.ts'

/** What both services are kept from. Neither needs a capability, a device, or anybody else's files. */
const HARDENING = `NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
PrivateDevices=yes
DevicePolicy=closed
PrivateTmp=yes
ProtectSystem=strict
ProtectHome=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
ProcSubset=pid
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
KeyringMode=private
UMask=0077
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources @mount @debug @obsolete
SystemCallErrorNumber=EPERM`

/** Back after a crash within a second, for as long as it takes. */
const RESTART = `Restart=always
RestartSec=1
TimeoutStartSec=90`

/** `writes`: folders beside its own state. One that is missing keeps it from writing there, not from starting. */
export const routerUnit = (writes: readonly string[]): string => `[Unit]
Description=Route server: what runs on this machine's Docker daemons, for Traefik
Documentation=man:journalctl(1)
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=all
ExecStart=${CURRENT}/bin/node ${CURRENT}/bin/route-server.mjs serve --config ${CURRENT}/router/config.yaml
ExecReload=/bin/kill -HUP $MAINPID
User=${ROUTER}
Group=${ROUTER}
SupplementaryGroups=docker
LoadCredential=routes-token:${TOKEN_FILE}
StateDirectory=rediacc/router
StateDirectoryMode=0700
${writes.map((folder) => `ReadWritePaths=-${folder}\n`).join('')}Environment=NODE_ENV=production HOME=${ROUTER_STATE}
WatchdogSec=60
TimeoutStopSec=10
# Where memory runs out the system takes a plugin's process, and the service goes on.
OOMScoreAdjust=-500
OOMPolicy=continue
${RESTART}
${HARDENING}
# Docker's sockets, the journal's and systemd's; Traefik's and people's on the loopback.
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
IPAddressDeny=any
IPAddressAllow=localhost

[Install]
WantedBy=multi-user.target
`

export const traefikUnit = (sockets: readonly string[], environment: readonly string[]): string => `[Unit]
Description=Traefik: this machine's entry points
Documentation=https://doc.traefik.io/traefik/
After=network.target
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=all
# Incoming traffic may start the service, too: with all of its sockets.
Sockets=${sockets.join(' ')}
ExecStart=/bin/sh ${CURRENT}/traefik/launch ${CURRENT}/bin/traefik --configFile=${CURRENT}/traefik/traefik.yml
ExecStopPost=/bin/sh ${CURRENT}/traefik/after-stop
# Only the launcher: Traefik itself goes on until nobody needs it, graceTimeOut at most.
KillMode=process
SendSIGKILL=no
TimeoutStopSec=10
User=${TRAEFIK}
Group=${TRAEFIK}
LoadCredential=cf-dns-token:${CURRENT}/secrets/cf-dns-token
LoadCredential=default.crt:${CURRENT}/secrets/default.crt
LoadCredential=default.key:${CURRENT}/secrets/default.key
${environment.map((line) => `Environment=${line}\n`).join('')}StateDirectory=rediacc/traefik
StateDirectoryMode=0700
WorkingDirectory=${TRAEFIK_STATE}
WatchdogSec=30
LimitNOFILE=1048576
OOMScoreAdjust=-500
${RESTART}
${HARDENING}
# setpriv sets the capabilities that it has: none.
SystemCallFilter=capset
MemoryDenyWriteExecute=yes
PrivateUsers=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK

[Install]
WantedBy=multi-user.target
`
