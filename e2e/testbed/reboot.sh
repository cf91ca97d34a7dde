#!/usr/bin/env bash
# reboot.sh NAME off|on     ends a node with all that runs on it, as a loss of power does, or starts it again with what its disk has
#   PROXY_MODE, CONTAINERD, APISERVER_ARGS   as up.sh had them
set -euo pipefail
cd "$(dirname "$0")"
for part in cluster network node programs; do . "lib/$part.sh"; done
[ $# = 2 ] || usage
NAME=$1
name_cluster
need_root
[ -e "$state/index" ] || die "there is no cluster '$NAME'; up: $(clusters)"
[ ! -e "$state/joins" ] || die "'$NAME' has joined a cluster: expected the first node of one"
lock_cluster
case $2 in
  off)
    end_node
    rm -f "$state"/run/*.pid "$state/run/init.ready"
    forget_network_of_pods
    ;;
  on)
    ! node_pid >/dev/null || die "cluster '$NAME' is running"
    make_node
    start_containerd
    await 20 "containerd answers (see $state/log/containerd.log)" on_node "$ctr" version
    start_api
    await 60 "the API server is ready (see $state/log/apiserver.log)" kc get --raw /readyz
    start_kubelet
    start_controllers
    ;;
  *) usage ;;
esac
