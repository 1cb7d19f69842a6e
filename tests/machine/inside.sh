#!/bin/sh
# Runs in the machine, as its first process: control groups of version 2 as systemd leaves them to a
# service with Delegate=yes, and the tests that need them, in a group that is theirs.
build=$1
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/root LC_ALL=C
mkdir -p /dev/shm /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t devpts devpts /dev/pts
ln -s /proc/self/fd /dev/fd
for name in stdin:0 stdout:1 stderr:2; do ln -s "/proc/self/fd/${name#*:}" "/dev/${name%:*}"; done
busybox ip link set lo up
groups=/sys/fs/cgroup
mount -t cgroup2 -o nsdelegate cgroup2 $groups
echo "+cpu +memory +pids +io" >$groups/cgroup.subtree_control
cd /tmp

# run NAME GROUP PROGRAM ARGS...: what it says, and how it ends.
run() {
  name=$1
  group=$2
  shift 2
  mkdir -p "$groups/$group"
  echo "machine: begin $name"
  timeout 900 sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$groups/$group" "$@" </dev/null 2>&1
  echo "machine: end $name $?"
}

echo "machine: $(uname -r) $(cat $groups/cgroup.controllers)"
sys=$build/src/sys/penstock_sys_test
run groups-of-a-service penstock.service "$sys" --gtest_filter='ControlGroup*'
run groups-of-the-root . "$sys" --gtest_filter='ControlGroup*'
run processes penstock.service "$sys" --gtest_filter='Process*:Sandbox*:ForkServer*:RunProcess*'
run hostile penstock.service "$build/src/executor/local/penstock_executor_local_hostile_test"
run warm penstock.service "$build/src/executor/local/penstock_executor_local_warm_test"
run tasks penstock.service "$build/src/executor/local/penstock_executor_local_test" \
  --gtest_filter='LocalExecutor*:TaskWatch*:TaskProfile*'
# Nothing is left of them.
echo "machine: left $(find $groups/penstock.service -mindepth 1 -type d | wc -l)"
echo "machine: finished"
sync
echo o >/proc/sysrq-trigger
sleep 60
