#!/bin/bash
# A real S3 server for tests: Ceph RADOS Gateway over one monitor and one OSD that keeps everything in memory.
#
#   start-rgw.sh start <folder>   starts it with all its files in <folder>, prints the endpoint, then returns
#   start-rgw.sh stop <folder>    ends exactly the processes that were started with that folder
#
# It also ends when the process that called "start" does, so that a killed test leaves nothing running.
#
# Access key and secret are "tintype" and "tintype-secret". Debian: apt-get install --no-install-recommends radosgw ceph-mon ceph-osd ceph-common
set -euo pipefail

readonly command=${1:?start or stop} dir=${2:?a folder}
readonly conf="$dir/ceph.conf"

# Tells whether somebody listens on a port of this machine.
listens() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
  echo "$port"
}

stop() {
  local name pid
  for name in rgw osd mon; do
    [ -f "$dir/$name.pid" ] || continue
    pid=$(cat "$dir/$name.pid")
    # A number may have passed on to a stranger: only a process that runs with our configuration is ended.
    if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$conf"; then
      kill -9 "$pid" || true
    fi
    rm -f "$dir/$name.pid"
  done
}

write_conf() {
  local fsid mon_port=$1
  fsid=$(cat /proc/sys/kernel/random/uuid)
  cat >"$conf" <<CONF
[global]
fsid = $fsid
mon host = [v2:127.0.0.1:$mon_port/0]
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = $dir/keyring
run dir = $dir
admin socket =
log file = $dir/\$name.log
mon cluster log file = $dir/cluster.log
paxos propose interval = 0.02
paxos min wait = 0.01
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data = $dir/mon
mon data avail warn = 1
mon data avail crit = 0
osd data = $dir/osd
osd objectstore = memstore
memstore device bytes = 8589934592
mon osd full ratio = 0.99
osd failsafe full ratio = 1.0
[client]
rgw data = $dir/rgw
rgw thread pool size = 32
rgw dns name = localhost
rgw enable usage log = false
rgw gc obj min wait = 1
CONF
}

start() {
  local mon_port rgw_port osd_uuid osd_id=0
  mkdir -p "$dir"/{mon,osd,rgw}
  mon_port=$(free_port)
  rgw_port=$(free_port)
  write_conf "$mon_port"
  # One keyring for everybody: the monitor takes all its keys over when it is made.
  ceph-authtool --create-keyring "$dir/keyring" --gen-key -n mon. --cap mon 'allow *'
  ceph-authtool "$dir/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *'
  ceph-authtool "$dir/keyring" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *'

  monmaptool --create --addv a "[v2:127.0.0.1:$mon_port]" --fsid "$(sed -n 's/^fsid = //p' "$conf")" "$dir/monmap"
  ceph-mon -c "$conf" --mkfs -i a --monmap "$dir/monmap" --keyring "$dir/keyring"
  ceph-mon -c "$conf" -i a --pid-file "$dir/mon.pid"

  osd_uuid=$(cat /proc/sys/kernel/random/uuid)
  ceph -c "$conf" --connect-timeout 30 osd new "$osd_uuid"
  ceph-osd -c "$conf" -i $osd_id --mkfs --osd-uuid "$osd_uuid"
  ceph-osd -c "$conf" -i $osd_id --pid-file "$dir/osd.pid"

  timeout 60 radosgw-admin -c "$conf" user create --uid=tintype --display-name=Tintype --access-key=tintype --secret-key=tintype-secret
  radosgw -c "$conf" -n client.admin --rgw-frontends="beast endpoint=127.0.0.1:$rgw_port" --pid-file "$dir/rgw.pid"

  for _ in $(seq 300); do
    if listens "$rgw_port"; then
      echo "http://127.0.0.1:$rgw_port" >"$dir/endpoint"
      return
    fi
    sleep 0.1
  done
  echo "radosgw does not answer on port $rgw_port; its logs are in $dir" >&2
  return 1
}

case $command in
  start)
    mkdir -p "$dir"
    # Only the endpoint goes to standard output; what the programs say is told when they fail.
    exec 5>&2
    trap 'stop; tail -n 30 "$dir/start.log" >&5' EXIT
    # What goes on running must not hold the caller's pipes open.
    start >"$dir/start.log" 2>&1 5>&-
    trap - EXIT
    (tail --pid="$PPID" -f /dev/null && stop) </dev/null >/dev/null 2>&1 5>&- &
    cat "$dir/endpoint"
    ;;
  stop) stop ;;
  *)
    echo "start or stop, not $command" >&2
    exit 2
    ;;
esac
