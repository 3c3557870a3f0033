#include "cli/fleet/fleet_reading.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <filesystem>
#include <mutex>
#include <thread>
#include <utility>

#include "cli/fleet/block_reader.hpp"

namespace rigfit {
namespace {

constexpr std::size_t most_waiting = 8u << 20;           ///< bytes of blocks that wait for a thread
constexpr std::uintmax_t largest_whole_file = 4u << 20;  ///< a larger file is cut by one thread and read by all
constexpr std::size_t files_at_once = 32;

/// Blocks and files that wait for a thread.
class Queue {
 public:
  struct Work {
    Block block;
    std::vector<std::uint32_t> files;
  };

  /// Waits while too much is waiting already. `spare` comes back as the memory of a block that was read.
  void add(Work work, std::vector<char>* spare) {
    std::unique_lock lock(mutex_);
    is_less_.wait(lock, [&] { return waiting_.empty() || size_ + work.block.size <= most_waiting; });
    size_ += work.block.size + work.files.size();
    waiting_.push_back(std::move(work));
    if (spare && !spares_.empty()) {
      *spare = std::move(spares_.back());
      spares_.pop_back();
    }
    is_more_.notify_one();
  }

  void close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    is_more_.notify_all();
  }

  /// False when there is no more.
  bool take(Work& work) {
    std::unique_lock lock(mutex_);
    constexpr std::size_t most_spares = 8;
    if (!work.block.space.empty() && spares_.size() < most_spares) spares_.push_back(std::move(work.block.space));
    is_more_.wait(lock, [&] { return is_closed_ || !waiting_.empty(); });
    if (waiting_.empty()) return false;
    work = std::move(waiting_.front());
    waiting_.pop_front();
    size_ -= work.block.size + work.files.size();
    is_less_.notify_one();
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable is_more_, is_less_;
  std::deque<Work> waiting_;
  std::vector<std::vector<char>> spares_;
  std::size_t size_ = 0;
  bool is_closed_ = false;
};

void read_block(const Block& block, Tally& tally) {
  try {
    const std::size_t lines = tally.read(block.text(), block.place, block.label, block.line);
    // Labelled lines of several nodes overlap, and bear numbers of their own.
    if (block.label.empty()) tally.set_lines(block.place, lines);
  } catch (const std::exception& error) {
    tally.add_problem(block.place, error.what());
  }
}

/// One thread's part.
class Worker {
 public:
  Worker(const std::vector<FleetInput>& inputs, Tally tally) : inputs_(inputs), tally_(std::move(tally)) {}

  void run(Queue& queue) {
    BlockReader reader([this](Block& block) { read_block(block, tally_); },
                       [this](TextPlace place, const std::string& reason, std::size_t lines) {
                         tally_.add_problem(place, reason);
                         tally_.set_lines(place, lines);
                       });
    Queue::Work work;
    while (queue.take(work)) {
      if (work.block.size > 0) read_block(work.block, tally_);
      for (const std::uint32_t file : work.files) reader.read(inputs_[file].path, file);
    }
    were_lines_cut_ = reader.were_lines_cut();
  }

  Tally take() { return std::move(tally_); }
  bool were_lines_cut() const { return were_lines_cut_; }

 private:
  const std::vector<FleetInput>& inputs_;
  Tally tally_;
  bool were_lines_cut_ = false;
};

bool is_large(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = path == "-" ? UINTMAX_MAX : std::filesystem::file_size(path, error);
  return error || size > largest_whole_file;
}

/// Hands out small files, and cuts large ones itself. What it cannot read is in the tally that comes back.
bool feed(const std::vector<FleetInput>& inputs, Queue& queue, Tally& own) {
  BlockReader reader(
      [&](Block& block) {
        std::vector<char> spare;
        queue.add({std::move(block), {}}, &spare);
        block = Block{};
        block.space = std::move(spare);
      },
      [&](TextPlace place, const std::string& reason, std::size_t lines) {
        own.add_problem(place, reason);
        own.set_lines(place, lines);
      });
  std::vector<std::uint32_t> files;
  for (std::uint32_t n = 0; n < inputs.size(); ++n) {
    if (is_large(inputs[n].path)) {
      reader.read(inputs[n].path, n);
      continue;
    }
    files.push_back(n);
    if (files.size() == files_at_once) queue.add({{}, std::exchange(files, {})}, nullptr);
  }
  if (!files.empty()) queue.add({{}, std::move(files)}, nullptr);
  return reader.were_lines_cut();
}

}  // namespace

FleetReading read_fleet(const std::vector<FleetInput>& inputs, const std::function<Tally()>& make_tally,
                        unsigned threads) {
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  Queue queue;
  std::vector<Worker> workers;
  for (unsigned n = 0; n < threads; ++n) workers.emplace_back(inputs, make_tally());
  std::vector<std::thread> running;
  for (Worker& worker : workers) running.emplace_back([&] { worker.run(queue); });
  FleetReading reading;
  Tally own = make_tally();
  bool were_lines_cut = feed(inputs, queue, own);
  queue.close();
  for (std::thread& thread : running) thread.join();
  reading.tallies.push_back(std::move(own));
  for (Worker& worker : workers) {
    were_lines_cut = were_lines_cut || worker.were_lines_cut();
    reading.tallies.push_back(worker.take());
  }
  if (were_lines_cut)
    reading.notes.emplace_back(
        "lines were cut after 1,024 bytes, as `srun -l` does; the pieces were joined. Safer: `srun -o 'out.%N.json'`");
  return reading;
}

}  // namespace rigfit
