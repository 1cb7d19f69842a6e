// SPDX-License-Identifier: Apache-2.0
#include "sys/system_call_filter.h"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/unique_fd.h"

namespace penstock::sys {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr const char* kDenied[] = {
    // Mounts.
    "mount", "umount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree",
    "open_tree_attr", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "quotactl",
    "quotactl_fd", "swapon", "swapoff", "open_by_handle_at",
    // Namespaces; clone is looked at below.
    "setns", "unshare",
    // The kernel itself.
    "init_module", "finit_module", "delete_module", "create_module", "query_module",
    "get_kernel_syms", "kexec_load", "kexec_file_load", "reboot", "bpf", "perf_event_open",
    "lookup_dcookie", "syslog", "_sysctl", "sysfs", "ustat", "uselib", "nfsservctl", "acct", "iopl",
    "ioperm", "vm86", "vm86old", "kcmp", "fanotify_init", "vhangup",
    // Keys, which no namespace separates.
    "add_key", "request_key", "keyctl",
    // Clocks and names of the machine.
    "settimeofday", "clock_settime", "clock_settime64", "clock_adjtime", "clock_adjtime64",
    "adjtimex", "stime", "sethostname", "setdomainname",
    // Much used to make holes in the kernel larger, little used otherwise.
    "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register"};

constexpr unsigned long kNamespaceFlags = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                          CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
                                          CLONE_NEWNET | 0x80 /* CLONE_NEWTIME */;

constexpr uint64_t kTopBit = 0x80000000;  // of a personality: set in the question only

// Frees libseccomp's context.
struct Context {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { seccomp_release(filter); }
};

Status Refused(const std::string& what, int result) {
  return Fail(Code::kInternal,
              "system call filter: " + what + ": " + std::generic_category().message(-result));
}

// A call that this architecture or this libseccomp does not know needs no rule.
template <typename... Comparisons>
Status Add(scmp_filter_ctx filter, uint32_t action, const char* name, Comparisons... comparisons) {
  const int number = seccomp_syscall_resolve_name(name);
  if (number == __NR_SCMP_ERROR) return {};
  const int result =
      seccomp_rule_add(filter, action, number, sizeof...(comparisons), comparisons...);
  if (result == 0 || result == -EDOM || result == -EEXIST) return {};
  return Refused(name, result);
}

Status AddRules(scmp_filter_ctx filter, bool may_enter) {
  constexpr uint32_t kRefuse = SCMP_ACT_ERRNO(EPERM);
  for (const char* name : kDenied) {
    if (may_enter && std::string_view(name) == "setns") continue;
    PENSTOCK_RETURN_IF_ERROR(Add(filter, kRefuse, name));
  }
  // The flags lie behind a pointer.
  PENSTOCK_RETURN_IF_ERROR(Add(filter, SCMP_ACT_ERRNO(ENOSYS), "clone3"));
  for (unsigned long flag = 1; flag <= kNamespaceFlags; flag <<= 1) {
    if ((kNamespaceFlags & flag) == 0) continue;
#ifdef __s390x__
    PENSTOCK_RETURN_IF_ERROR(
        Add(filter, kRefuse, "clone", SCMP_A1(SCMP_CMP_MASKED_EQ, flag, flag)));
#else
    PENSTOCK_RETURN_IF_ERROR(
        Add(filter, kRefuse, "clone", SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag)));
#endif
  }
  // These turn off what protects a program from its own mistakes; the question, all ones, stays.
  for (uint64_t weaker : {uint64_t{ADDR_NO_RANDOMIZE}, uint64_t{READ_IMPLIES_EXEC}}) {
    PENSTOCK_RETURN_IF_ERROR(
        Add(filter, kRefuse, "personality", SCMP_A0(SCMP_CMP_MASKED_EQ, weaker | kTopBit, weaker)));
  }
  // Leads out of a virtual machine to its host.
  PENSTOCK_RETURN_IF_ERROR(Add(filter, kRefuse, "socket", SCMP_A0(SCMP_CMP_EQ, AF_VSOCK, 0)));
  // Types into the terminal of somebody else. Only the lower half of the word counts.
  return Add(filter, kRefuse, "ioctl", SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffU, TIOCSTI));
}

// The 32-bit doors of a 64-bit kernel lead to the same rooms.
Status AddArchitectures(scmp_filter_ctx filter) {
#ifdef __x86_64__
  for (uint32_t other : {SCMP_ARCH_X86, SCMP_ARCH_X32}) {
#elif defined(__aarch64__)
  for (uint32_t other : {SCMP_ARCH_ARM}) {
#else
  for (uint32_t other : std::initializer_list<uint32_t>{}) {
#endif
    const int result = seccomp_arch_add(filter, other);
    if (result != 0 && result != -EEXIST) return Refused("architecture", result);
  }
  return {};
}

// This libseccomp can write the program to files only.
Result<std::vector<sock_filter>> Export(scmp_filter_ctx filter) {
  const UniqueFd file(::memfd_create("filter", MFD_CLOEXEC));
  if (!file.valid()) return Fail(Code::kUnavailable, "system call filter: no memory file");
  if (int result = seccomp_export_bpf(filter, file.get()); result != 0) {
    return Fail(Refused("export", result).error());
  }
  const off_t size = ::lseek(file.get(), 0, SEEK_END);
  std::vector<sock_filter> program(static_cast<size_t>(size) / sizeof(sock_filter));
  if (size <= 0 || ::pread(file.get(), program.data(), static_cast<size_t>(size), 0) != size) {
    return Fail(Code::kInternal, "system call filter: it cannot be read back");
  }
  return program;
}

bool KernelHasFilters() {
  const uint32_t action = SECCOMP_RET_ERRNO;
  return ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

}  // namespace

std::span<const char* const> DeniedSystemCalls() { return kDenied; }

Result<std::shared_ptr<const SystemCallFilter>> SystemCallFilter::ForTasks() { return Make(false); }

Result<std::shared_ptr<const SystemCallFilter>> SystemCallFilter::ForForkServers() {
  return Make(true);
}

Result<std::shared_ptr<const SystemCallFilter>> SystemCallFilter::Make(bool may_enter) {
  if (!KernelHasFilters())
    return Fail(Code::kUnavailable, "this kernel has no system call filters");
  const Context context;
  if (context.filter == nullptr) return Fail(Code::kInternal, "system call filter: no memory");
  PENSTOCK_RETURN_IF_ERROR(AddArchitectures(context.filter));
  PENSTOCK_RETURN_IF_ERROR(AddRules(context.filter, may_enter));
  // A search tree rather than a list.
  static_cast<void>(seccomp_attr_set(context.filter, SCMP_FLTATR_CTL_OPTIMIZE, 2));
  PENSTOCK_TRY(std::vector<sock_filter> program, Export(context.filter));
  return std::shared_ptr<const SystemCallFilter>(new SystemCallFilter(std::move(program)));
}

bool SystemCallFilter::Install() const {
  sock_fprog program = {};
  program.len = static_cast<unsigned short>(program_.size());
  program.filter = const_cast<sock_filter*>(program_.data());
  // Without the flag older kernels slow the whole program down.
  for (unsigned long flags : {SECCOMP_FILTER_FLAG_SPEC_ALLOW, 0UL}) {
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) == 0) return true;
    if (errno != EINVAL) return false;
  }
  return false;
}

std::string_view SystemCallFilter::bytes() const {
  return {reinterpret_cast<const char*>(program_.data()), program_.size() * sizeof(sock_filter)};
}

}  // namespace penstock::sys
