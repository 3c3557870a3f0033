// Does one of the things that a vendor's tool has been seen to do.
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/ptrace.h>
#endif

#include <cstdio>
#include <cstdlib>
#include <string>

#ifdef __linux__
namespace {

/// Stands in for a process that a driver holds in the kernel: a tracer in another session asks to hear before this
/// one ends, and does not answer, so that not even SIGKILL makes it go. After a few seconds the tracer ends, and frees
/// it.
int be_unkillable() {
  int ready[2];
  if (::pipe(ready) != 0) return 77;
  const pid_t self = ::getpid(), tracer = ::fork();
  if (tracer == 0) {
    ::setsid();
    ::usleep(50'000);  // until PR_SET_PTRACER below has been said
    const char held = ::ptrace(PTRACE_SEIZE, self, nullptr, PTRACE_O_TRACEEXIT) == 0;
    if (::write(ready[1], &held, 1) != 1) ::_exit(1);
    for (int fd = 0; fd < 16; ++fd) ::close(fd);
    ::sleep(5);
    ::_exit(0);
  }
  ::prctl(PR_SET_PTRACER, tracer, 0, 0, 0);
  char held = 0;
  if (::read(ready[0], &held, 1) != 1 || !held) return 77;  // not allowed here
  ::signal(SIGTERM, SIG_IGN);
  for (;;) ::pause();
}

}  // namespace
#endif

int main(int argc, char** argv) {
  const std::string deed = argc > 1 ? argv[1] : "";
  if (deed == "say") {
    for (int n = 2; n < argc; ++n) std::printf("%s\n", argv[n]);
    return 0;
  }
  if (deed == "environment") {
    for (char** variable = environ; *variable; ++variable) std::puts(*variable);
    return 0;
  }
  if (deed == "stdin") return std::getchar() == EOF ? 0 : 1;
  if (deed == "exit") return std::atoi(argv[2]);
  if (deed == "crash") ::raise(SIGSEGV);
  if (deed == "hang")
    for (;;) ::pause();
  if (deed == "stubborn") {
    ::signal(SIGTERM, SIG_IGN);
    std::puts("before");
    std::fflush(stdout);
    for (;;) ::pause();
  }
#ifdef __linux__
  if (deed == "unkillable") return be_unkillable();
#endif
  if (deed == "fork") {  // ends at once; its child keeps the pipe open
    if (::fork() == 0) {
      ::signal(SIGTERM, SIG_IGN);
      ::sleep(60);
      ::_exit(0);
    }
    std::puts("done");
    return 0;
  }
  if (deed == "daemon") {  // its child leaves the group too
    if (::fork() == 0) {
      ::setsid();
      ::sleep(3);
      ::_exit(0);
    }
    std::puts("done");
    return 0;
  }
  if (deed == "polite") {  // ends by itself, and with status 0, when it is asked to
    ::signal(SIGTERM, [](int) { ::_exit(0); });
    std::puts("begun");
    std::fflush(stdout);
    for (;;) ::pause();
  }
  if (deed == "session" || deed == "session-and-hang") {  // leaves somebody in a session of his own, and says whom
    const pid_t left = ::fork();
    if (left == 0) {
      ::setsid();
      ::signal(SIGTERM, SIG_IGN);
      for (int fd = 0; fd < 3; ++fd) ::close(fd);
      ::sleep(60);
      ::_exit(0);
    }
    std::printf("%d\n", static_cast<int>(left));
    std::fflush(stdout);
    if (deed == "session-and-hang")
      for (;;) ::pause();
    return 0;
  }
  if (deed == "complain") {
    std::fputs("Welcome to heartofgold, zaphod\nlibx.so.1: cannot open shared object file\n", stderr);
    return 0;
  }
  if (deed == "limits") {
    for (const auto resource : {RLIMIT_CORE, RLIMIT_FSIZE, RLIMIT_NOFILE}) {
      rlimit limit{};
      ::getrlimit(resource, &limit);
      std::printf("%llu\n", static_cast<unsigned long long>(limit.rlim_cur));
    }
    return 0;
  }
  if (deed == "flood" || deed == "flood-stderr" || deed == "flood-zeros") {
    std::string block(1 << 20, deed == "flood-zeros" ? '\0' : 'x');
    FILE* out = deed == "flood-stderr" ? stderr : stdout;
    for (int n = 0; n < 1024; ++n) std::fwrite(block.data(), 1, block.size(), out);
    return 0;
  }
  if (deed == "talk") {  // much, but not more than a tool may have to say
    std::string block(1 << 20, 'x');
    std::fwrite(block.data(), 1, block.size(), stderr);
    return 0;
  }
  if (deed == "binary") {
    std::fwrite("\xff\xfe\0\x80", 1, 4, stdout);
    return 0;
  }
  if (deed == "close-and-stay") {
    ::fclose(stdout);
    ::fclose(stderr);
    ::sleep(60);
  }
  if (deed == "descriptors") {  // 0, 1 and 2, and nothing of the parent's
    for (int fd = 3; fd < 256; ++fd)
      if (::lseek(fd, 0, SEEK_CUR) != -1 || ::isatty(fd)) std::printf("%d\n", fd);
    return 0;
  }
  return 99;
}
