#!/bin/sh
# symbols.sh NM ARCHIVE...: fails when an archive asks the system for a file, a clock, the environment, a thread, a child,
# a library or the network. The folders behind them are functions from values to values.
set -eu
nm=$1
shift
[ $# -gt 0 ] || { echo "no archives given" >&2; exit 2; }

# C names as whole words; C++ ones by their mangled stems.
c_names='open(64|at|at64)?|openat2|creat(64)?|f?open(dir)?|fopen(64)?|freopen(64)?|p?read(v|64)?|__read(_chk|_alias)?|recv|fread|fgets|getline|readdir(64)?|'\
'readlink(at)?|l?stat(64|x)?|fstat(at)?(64)?|f?access(at)?|realpath|getcwd|ioctl|mmap(64)?|getenv|secure_getenv|environ|setenv|'\
'time|clock|clock_gettime|gettimeofday|nanosleep|usleep|sleep|pthread_create|fork|vfork|exec[lv]p?e?|posix_spawnp?|system|popen|'\
'waitpid|kill|signal|sigaction|dlopen|dlsym|socket|connect|getaddrinfo|uname|sysconf|gethostname|getpwuid(_r)?|getgrgid(_r)?|'\
'puts|putchar|printf|perror|rand|random|getrandom'
cxx_stems='_ZNSt10filesystem|_ZNSt12experimental10filesystem|St14basic_ifstream|St14basic_ofstream|St13basic_fstream|St13basic_filebuf|'\
'_ZNSt6chrono|_ZNSt6thread|_ZNSt13random_device|_ZSt4cout|_ZSt3cin|_ZN5boost'
# std::cerr is not among them: valijson's headers name it, whether it is used or not. Nor is Boost's JSON parser, which
# asks for nothing.
allowed='^_ZN5boost4json'

status=0
for archive in "$@"; do
  bad=$("$nm" --undefined-only "$archive" | awk '$1 == "U" || $1 == "w" || $1 == "v" { sub(/@.*/, "", $2); print $2 }' | sort -u |
    grep -E "^($c_names)\$|$cxx_stems" | grep -v "$allowed" || true)
  if [ -n "$bad" ]; then
    echo "$archive asks the system for:" >&2
    echo "$bad" | sed 's/^/  /' >&2
    status=1
  fi
done
exit $status
