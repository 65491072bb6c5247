import { DOCKER_SETTINGS, NETWORKS } from './paths.ts'

/**
 * A repository's own dockerd. It has no bridge and no firewall rules, for its containers use the host's network; they outlive it, as they do
 * when it is updated. A machine's containerd, where there is one, keeps each daemon's containers apart by their namespaces.
 */
export const dockerUnit = (): string => `[Unit]
Description=Docker of the repository with network %i
Documentation=https://docs.docker.com/
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0
# An encrypted repository isn't open after a boot.
ConditionPathIsDirectory=${NETWORKS}/%i/.docker

[Service]
Type=notify
# One that was killed left its containerd, and the next one would take it for its own.
ExecStartPre=-/bin/sh -c 'pkill -KILL -F /run/rediacc/exec-%i/containerd/containerd.pid containerd; rm -f /run/rediacc/exec-%i/containerd/containerd.pid'
ExecStartPre=/bin/sh -c '[ -e ${DOCKER_SETTINGS} ] || echo {} > ${DOCKER_SETTINGS}'
ExecStart=dockerd --config-file=${DOCKER_SETTINGS} --host=unix:///run/rediacc/docker-%i.sock --data-root=${NETWORKS}/%i/.docker \\
  --exec-root=/run/rediacc/exec-%i --pidfile=/run/rediacc/docker-%i.pid --containerd-namespace=rediacc-%i --containerd-plugins-namespace=rediacc-%i-plugins \\
  --bridge=none --iptables=false --ip6tables=false --ip-forward=false --live-restore --log-driver=json-file --log-opt=max-size=10m --log-opt=max-file=3
ExecReload=/bin/kill -HUP $MAINPID
RuntimeDirectory=rediacc
RuntimeDirectoryMode=0755
RuntimeDirectoryPreserve=yes
# Containers live on.
KillMode=process
Delegate=yes
TasksMax=infinity
LimitNOFILE=1048576
OOMScoreAdjust=-500
Restart=always
RestartSec=1
TimeoutStartSec=90
TimeoutStopSec=30

[Install]
WantedBy=multi-user.target
`
