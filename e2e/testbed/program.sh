#!/usr/bin/env bash
# program.sh NAME stop|start etcd|apiserver     kills a program of a cluster, or starts it again with what it had stored
# program.sh NAME save|restore etcd             keeps what it has stored, or puts that in place again; the API server is started with it
#   APISERVER_ARGS="..."   as up.sh had them
set -euo pipefail
cd "$(dirname "$0")"
for part in cluster programs; do . "lib/$part.sh"; done
[ $# = 3 ] || usage
NAME=$1
need_cluster
need_root
case $3 in etcd | apiserver) ;; *) die "program '$3': expected etcd or apiserver" ;; esac
case $2 in
  stop) stop "$3" ;;
  start) "start_$3" ;;
  save | restore)
    [ "$3" = etcd ] || die "program '$3': expected etcd, which is what stores"
    "$2_etcd"
    ;;
  *) usage ;;
esac
