// SPDX-License-Identifier: Apache-2.0
// A library that a warm worker loads: it waits for tasks, forks for each of them into its sandbox,
// and stands there for the shell of the generated command. Only the task itself is Python again. It
// needs nothing but a C library, whichever the interpreter has, and no memory of its own.
#include "executor/local/warm_entry.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "executor/local/warm_job.h"
#include "sys/child_plan.h"

namespace penstock::executor {
namespace {

constexpr int kMostFiles = 32, kFixedFiles = 10;  // of a message (fork_server.h)

struct Files {
  int all[kMostFiles];
  int count = 0;
  int output() const { return all[5]; }
  int job() const { return all[6]; }
  int report() const { return all[7]; }
  int last_pid() const { return all[8]; }
  int go() const { return all[9]; }
  bool outlives_shell(int file) const { return file == report() || file == job() || file == go(); }
};

// The server starts the task cold.
[[noreturn]] void Give() { ::_exit(1); }

void Check(bool good) {
  if (!good) Give();
}

Files Receive(int socket) {
  char text[64];
  iovec part = {text, sizeof(text)};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kMostFiles)];
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  ssize_t size;
  do {
    size = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size <= 0) ::_exit(0);  // the server is gone
  Files files;
  const cmsghdr* found = CMSG_FIRSTHDR(&message);
  if (found == nullptr || found->cmsg_type != SCM_RIGHTS) return files;
  const size_t bytes = found->cmsg_len - CMSG_LEN(0);
  std::memcpy(files.all, CMSG_DATA(found), bytes);
  files.count = static_cast<int>(bytes / sizeof(int));
  return files;
}

void SetAction(int number, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  ::sigaction(number, &action, nullptr);
}

struct Place {
  WarmPlace head;
  char folder[4096];
  size_t size() const { return sizeof(head) + head.folder_size; }
};

void ReadPlace(int file, Place& place) {
  Check(::pread(file, &place.head, sizeof(place.head), 0) == sizeof(place.head));
  const uint64_t size = place.head.folder_size;
  Check(size > 0 && size % sizeof(uint64_t) == 0 && size <= sizeof(place.folder));
  Check(::pread(file, place.folder, size, sizeof(place.head)) == static_cast<ssize_t>(size));
  Check(place.folder[size - 1] == 0);
}

struct Texts {
  void* at;  // of the whole file
  size_t size;
  const WarmJob* head;
  const char *base, *program, *words;
};

Texts MapJob(int file, size_t before) {
  struct stat info;
  Check(::fstat(file, &info) == 0 && info.st_size >= static_cast<off_t>(before + sizeof(WarmJob)));
  Texts texts;
  texts.size = static_cast<size_t>(info.st_size);
  texts.at = ::mmap(nullptr, texts.size, PROT_READ, MAP_PRIVATE, file, 0);
  Check(texts.at != MAP_FAILED);
  const char* const start = static_cast<const char*>(texts.at) + before;
  texts.head = reinterpret_cast<const WarmJob*>(start);
  const WarmJob& job = *texts.head;
  Check(texts.size ==
        before + sizeof(WarmJob) + uint64_t{job.base_size} + job.program_size + job.words_size);
  texts.base = start + sizeof(WarmJob);
  texts.program = texts.base + job.base_size;
  texts.words = texts.program + job.program_size;
  Check(job.base_size > 0 && texts.program[-1] == 0);
  return texts;
}

void SetFiles(const WarmEntry& entry, const Files& files) {
  Check(::dup2(files.output(), 1) >= 0 && ::dup2(files.output(), 2) >= 0);
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  Check(null >= 0 && ::dup2(null, 0) >= 0);
  for (int64_t i = 0; i < entry.held_count; ++i) Check(::dup3(null, entry.held[i], O_CLOEXEC) >= 0);
  Check(::write(files.last_pid(), "3", 1) == 1);  // as if mktemp had run
  ::close(null);
  ::close(static_cast<int>(entry.own_namespace));
  ::close(static_cast<int>(entry.socket));
  for (int i = 0; i < files.count; ++i) {
    if (!files.outlives_shell(files.all[i])) ::close(files.all[i]);
  }
}

void GiveUpRights(const WarmEntry& entry) {
  for (unsigned long capability = 0; capability < 64; ++capability) {
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) break;
  }
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  ::prctl(PR_SET_SECUREBITS, 3 /* SECBIT_NOROOT, locked */, 0, 0, 0);
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  Check(::syscall(SYS_capset, &header, none) == 0);
  Check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  if (entry.filter == nullptr) return;
  // Without slowing down the rest, where the kernel knows that.
  Check(::syscall(entry.filter_call, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW,
                  entry.filter) == 0 ||
        ::syscall(entry.filter_call, SECCOMP_SET_MODE_FILTER, 0, entry.filter) == 0);
}

struct Path {
  char text[4096];
  size_t size = 0;  // with the zero byte
  void Add(const char* part, size_t length) {
    Check(size + length <= sizeof(text));
    std::memcpy(text + size, part, length);
    size += length;
  }
};

// As `mktemp -d` does.
void MakeProgramFolder(Path& path) {
  constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr char kFolder[] = "/tmp.";
  unsigned char drawn[10];
  Check(::getrandom(drawn, sizeof(drawn), 0) == sizeof(drawn));
  path.Add(kFolder, sizeof(kFolder) - 1);
  for (const unsigned char byte : drawn) path.Add(kLetters + byte % 62, 1);
  path.Add("", 1);
  Check(::mkdir(path.text, 0700) == 0);
  --path.size;
}

// As printf does, into a new file or the empty one that is there.
void WriteProgram(const Texts& texts, Path& path) {
  constexpr char kName[] = "/ephemeral_component.py";
  const bool is_made = texts.head->is_made != 0;
  path.Add(texts.base, texts.head->base_size - 1);
  if (!is_made) MakeProgramFolder(path);
  path.Add(kName, sizeof(kName));
  const int how = is_made ? O_NOFOLLOW : O_CREAT | O_EXCL;
  const int file = ::open(path.text, O_WRONLY | O_CLOEXEC | how, 0666);
  struct stat info;
  Check(file >= 0 && ::fstat(file, &info) == 0 && S_ISREG(info.st_mode));
  Check(info.st_size == 0 && info.st_nlink == 1);
  for (size_t written = 0; written < texts.head->program_size;) {
    const ssize_t count =
        ::write(file, texts.program + written, texts.head->program_size - written);
    Check(count > 0 || errno == EINTR);
    if (count > 0) written += static_cast<size_t>(count);
  }
  ::close(file);
}

// The words of the command line and the environment, where the kernel and the interpreter find
// them.
void LayOutWords(WarmEntry& entry, const Texts& texts, const Path& path) {
  const auto head = static_cast<size_t>(entry.head_size);
  const size_t size = head + path.size + texts.head->words_size;
  void* at = ::mmap(nullptr, size + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  Check(at != MAP_FAILED);
  char* words = static_cast<char*>(at);
  std::memcpy(words, entry.head, head);
  std::memcpy(words + head, path.text, path.size);
  std::memcpy(words + head + path.size, texts.words, texts.head->words_size);
  size_t arguments = head + path.size;
  for (uint32_t i = 0; i < texts.head->arguments; ++i) {
    const void* end = std::memchr(words + arguments, 0, size - arguments);
    Check(end != nullptr);
    arguments = static_cast<size_t>(static_cast<const char*>(end) - words) + 1;
  }
  entry.words = words;
  entry.words_size = static_cast<int64_t>(size);
  entry.arguments = texts.head->arguments;
  const auto start = reinterpret_cast<uint64_t>(words);
  entry.map->arg_start = start;
  entry.map->arg_end = entry.map->env_start = start + arguments;
  entry.map->env_end = start + size;
}

// What /proc shows as the command line and the environment.
void ShowWords(const WarmEntry& entry) {
  entry.map->brk = static_cast<uint64_t>(::syscall(SYS_brk, 0));
  ::prctl(PR_SET_MM, PR_SET_MM_MAP, entry.map, sizeof(*entry.map), 0);
}

int report_file = -1;

[[noreturn]] void Report(int status, const rusage* used) {
  sys::ChildReport report;
  report.status = status;
  report.counted = 1;
  if (used != nullptr) {
    report.cpu_microseconds = (used->ru_utime.tv_sec + used->ru_stime.tv_sec) * 1'000'000 +
                              used->ru_utime.tv_usec + used->ru_stime.tv_usec;
    report.largest_resident_kib = used->ru_maxrss;
    report.read_blocks = used->ru_inblock;
    report.written_blocks = used->ru_oublock;
  }
  [[maybe_unused]] const ssize_t count = ::write(report_file, &report, sizeof(report));
  ::_exit(0);
}

void SayWhatEnded(int status) {
  char line[256];
  const int size = std::snprintf(line, sizeof(line), "%s%s\n", ::strsignal(WTERMSIG(status)),
                                 WCOREDUMP(status) ? " (core dumped)" : "");
  [[maybe_unused]] const ssize_t count = ::write(2, line, static_cast<size_t>(size));
}

// Whoever ends the shell ends the task.
[[noreturn]] void Wait(const WarmEntry& entry, pid_t task) {
  for (int number = 1; number < 32; ++number) {
    constexpr unsigned kOthers = 1U << SIGKILL | 1U << SIGSTOP | 1U << SIGCHLD | 1U << SIGCONT |
                                 1U << SIGTSTP | 1U << SIGTTIN | 1U << SIGTTOU | 1U << SIGURG |
                                 1U << SIGWINCH;
    if ((kOthers >> number & 1) == 0)
      SetAction(number, [](int caught) { Report(caught, nullptr); });
  }
  int status = 0;
  rusage used = {};
  while (::wait4(task, &status, 0, &used) < 0 && errno == EINTR) {
  }
  if (!WIFSIGNALED(status)) Report(WEXITSTATUS(status) << 8, &used);
  const int number = WTERMSIG(status);
  if (entry.dash != 0 && number != SIGINT && number != SIGPIPE) SayWhatEnded(status);
  Report((128 + number) << 8, &used);
}

// The part of the shell that starts Python and waits for it. Returns in Python.
void BecomeShell(const WarmEntry& entry, const Files& files, Place& place) {
  Check(files.count >= kFixedFiles);
  for (int i = kFixedFiles; i < files.count; ++i) Check(::write(files.all[i], "0", 1) == 1);
  for (int i = 1; i < 5; ++i) Check(::setns(files.all[i], 0) == 0);
  SetAction(SIGCHLD, SIG_DFL);
  ::setsid();
  ReadPlace(files.job(), place);
  report_file = files.report();
  SetFiles(entry, files);
  Check(::chdir(place.folder) == 0);
  if (const uint64_t most = place.head.file_bytes; most != 0) {
    const rlimit limit = {most, most};
    Check(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  GiveUpRights(entry);
  const pid_t task = ::fork();
  Check(task >= 0);
  if (task == 0) return;
  ::close(files.job());
  ::close(files.go());
  Wait(entry, task);
}

// What it would copy one page after another while it runs. A page that is not there is none.
void CopyPages(const WarmEntry& entry) {
  constexpr int kPopulateWrite = 23;  // MADV_POPULATE_WRITE, from Linux 5.14
  for (int64_t i = 0; i < entry.page_runs; ++i) {
    ::madvise(reinterpret_cast<void*>(entry.pages[2 * i]), entry.pages[2 * i + 1], kPopulateWrite);
  }
}

// What may have to be waited for is all that differs from one task to the next. The part of the
// shell that is left to do then is done here, by what is Python already.
void AwaitJob(WarmEntry& entry, const Files& files, const Place& place) {
  pollfd told = {files.go(), POLLIN, 0};
  if (::poll(&told, 1, 0) == 0) CopyPages(entry);
  char byte;
  ssize_t count;
  do {
    count = ::read(files.go(), &byte, 1);
  } while (count < 0 && errno == EINTR);
  Check(count == 1);
  ::close(files.go());
  const Texts texts = MapJob(files.job(), place.size());
  ::close(files.job());
  Path path;
  WriteProgram(texts, path);
  LayOutWords(entry, texts, path);
  ::munmap(texts.at, texts.size);
  entry.report = report_file;
  ShowWords(entry);
}

void Enter(int name_space) { Check(::setns(name_space, CLONE_NEWPID) == 0); }

}  // namespace

// Says that it is ready and serves. Returns in the children that are to be tasks.
extern "C" __attribute__((visibility("default"))) void PenstockServe(WarmEntry* entry) {
  const auto socket = static_cast<int>(entry->socket);
  SetAction(SIGCHLD, SIG_IGN);
  entry->before_fork();
  Check(::send(socket, "ready", 5, 0) == 5);
  while (true) {
    const Files files = Receive(socket);
    if (files.count < kFixedFiles) Give();
    pid_t pid = -1;
    if (::setns(files.all[0], CLONE_NEWPID) == 0) pid = ::fork();
    if (pid == 0) {
      Place place;
      BecomeShell(*entry, files, place);
      entry->after_fork();
      return AwaitJob(*entry, files, place);
    }
    Enter(static_cast<int>(entry->own_namespace));
    for (int i = 0; i < files.count; ++i) ::close(files.all[i]);
  }
}

}  // namespace penstock::executor
