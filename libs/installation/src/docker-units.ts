import { CONTAINERD, CURRENT, DOCKER, DOCKER_SETTINGS, NETWORKS } from './paths.ts'

/** Repositories may have a disk of their own, and an encrypted one isn't open after a boot. */
const IS_THERE = `RequiresMountsFor=/var/lib/rediacc/repositories
StartLimitIntervalSec=0
ConditionPathIsDirectory=${NETWORKS}/%i/.docker`

/** What `dockerd` and its containerd have in common: containers outlive both, as they do when they are updated. */
const SERVICE = `Type=notify
RuntimeDirectory=rediacc
RuntimeDirectoryMode=0755
RuntimeDirectoryPreserve=yes
KillMode=process
Delegate=yes
TasksMax=infinity
LimitNOFILE=1048576
Restart=always
RestartSec=1`

const SOCKET = '/run/rediacc/exec-%i/containerd.sock'

/**
 * A repository's own dockerd. It has no bridge and no firewall rules, for its containers use the host's network.
 */
export const dockerUnit = (): string => `[Unit]
Description=Docker of the repository with network %i
Documentation=https://docs.docker.com/
# Not required: while it fails, this one fails and is tried again, too.
Wants=${CONTAINERD}@%i.service network-online.target
After=${CONTAINERD}@%i.service network-online.target
${IS_THERE}

[Service]
ExecStartPre=/bin/sh -c '[ -e ${DOCKER_SETTINGS} ] || cp ${CURRENT}/docker/docker.json ${DOCKER_SETTINGS}'
ExecStart=dockerd --config-file=${DOCKER_SETTINGS} --host=unix:///run/rediacc/docker-%i.sock --data-root=${NETWORKS}/%i/.docker \\
  --exec-root=/run/rediacc/exec-%i --pidfile=/run/rediacc/docker-%i.pid --containerd=${SOCKET} \\
  --bridge=none --iptables=false --ip6tables=false --ip-forward=false --live-restore --log-driver=json-file --log-opt=max-size=10m --log-opt=max-file=3
ExecReload=/bin/kill -HUP $MAINPID
${SERVICE}
OOMScoreAdjust=-500
TimeoutStartSec=90
TimeoutStopSec=30

[Install]
WantedBy=multi-user.target
`

/**
 * Its containerd. The machine's own would keep what it knows of containers — their environment, with its passwords — and Docker's newer image
 * store outside the repository's folder, so outside an encrypted volume.
 */
export const containerdUnit = (): string => `[Unit]
Description=containerd of the repository with network %i
Documentation=https://containerd.io/
PartOf=${DOCKER}@%i.service
${IS_THERE}

[Service]
ExecStart=containerd --config=${CURRENT}/docker/containerd.toml --log-level=warn --root=${NETWORKS}/%i/.docker/containerd \\
  --state=/run/rediacc/exec-%i/containerd --address=${SOCKET}
${SERVICE}
OOMScoreAdjust=-999
`

/** Of these plugins, the one for Kubernetes would listen on ports, and the one for its resources on a socket that all would share. */
export const CONTAINERD_CONFIG = `version = 2
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.nri.v1.nri"]
`

/** What operators begin with. A fork copies images of Docker's own image store alone. */
export const DOCKER_CONFIG = `{
  "features": { "containerd-snapshotter": false }
}
`
