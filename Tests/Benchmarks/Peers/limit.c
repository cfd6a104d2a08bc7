// SPDX-License-Identifier: Apache-2.0
// The yardstick: pictures of a recording, 320 wide, as cheaply as a C program gets them.
//   limit FILE SECONDS FOLDER [key|exact]
// Writes FOLDER/000000.jpg and so on for the slots 0, SECONDS, 2 x SECONDS ...; prints how many, and
// the bytes read. It does what is cheapest for each kind of file:
//   key, TS and PS: guess the place from the rate so far, take the first key picture from half a
//     group of pictures before the slot on, which is the nearest on the average
//   key, others: the entry nearest to the slot in the container's own list
//   key, up to 3 s: read all, decode each key picture that is nearest to a slot
//   exact: from the last key picture at or before the slot, without pictures that no other needs,
//     to the first picture at or after it
#include "limit.h"
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { most_packets = 4096 };

typedef struct {
  Source source;
  Pictures pictures;
  AVPacket *packet;
  double interval, group;
  const char *folder;
  int served;
  /// Where a key picture was met last, and the bytes a second up to there.
  double met_time, rate;
  int64_t met_position;
  /// How often a key picture came when the ones before let expect it, and how often it didn't.
  int hits, misses;
  /// How long before an expected key picture reading begins: as long as the guesses of places miss.
  double margin;
  /// Packets of a run that are read but not decoded, in a circle.
  AVPacket *run[most_packets];
  int first, count;
  double fed, shown;
  bool is_drained;
} Job;

static void write_picture(Job *job, int slot) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%06d.jpg", job->folder, slot);
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  unsigned long bytes = job->pictures.jpeg_bytes;
  if (file < 0 || write(file, job->pictures.jpeg, bytes) != (ssize_t)bytes) fail("writing");
  close(file);
  job->served++;
}

static bool is_key(const AVPacket *packet) { return packet->flags & AV_PKT_FLAG_KEY; }

/// Reads on to the next key picture.
static bool read_key(Job *job, double *time) {
  while (source_read(&job->source, job->packet, time))
    if (is_key(job->packet) && !isnan(*time)) return true;
  return false;
}

static void note_place(Job *job, double time) {
  if (job->packet->pos < 0) return;
  job->met_time = time;
  job->met_position = job->packet->pos;
  if (time > 5) job->rate = job->met_position / time;
}

static bool seek_near(Job *job, double time) {
  int64_t place = job->met_position + (int64_t)((time - job->met_time) * job->rate);
  if (place >= job->source.size) return false;
  return av_seek_frame(job->source.format, -1, FFMAX(place, 0), AVSEEK_FLAG_BYTE) >= 0;
}

/// The shortest distance between the first key pictures; reading goes on from the beginning.
static void measure_group(Job *job) {
  double time, last = NAN;
  job->rate = job->source.size / FFMAX(job->source.duration, 1);
  job->group = 10;
  for (int keys = 0; keys < 5 && read_key(job, &time); keys++) {
    // Program streams leave some times out; the decode time is too early.
    if (job->source.is_by_byte && job->packet->pts == AV_NOPTS_VALUE) continue;
    if (isnan(last)) job->met_position = FFMAX(job->packet->pos, 0);
    else job->group = FFMIN(job->group, time - last);
    last = time;
  }
  job->margin = job->group / 8;
  if (job->source.is_by_byte) av_seek_frame(job->source.format, -1, 0, AVSEEK_FLAG_BYTE);
}

// MARK: Key pictures

/// Shortly before the key picture that should be nearest, or half a group before the slot.
static double first_aim(Job *job, double slot, double *expected) {
  double groups = round((slot - job->met_time) / job->group);
  *expected = job->met_time + groups * job->group;
  return job->misses * 4 <= job->hits + 4 ? *expected - job->margin : slot - job->group / 2;
}

static bool search_key(Job *job, double slot, double *time) {
  double expected, reach = job->group * 0.6;
  double aim = first_aim(job, slot, &expected);
  int tries = 0;
  for (; tries < 6; tries++) {
    if (aim > 0 && !seek_near(job, aim)) return false;
    if (!read_key(job, time)) return false;
    // A little early: the next ones are cheaper to read than to look for.
    while (*time < slot - reach && *time > slot - 3 * job->group)
      if (!read_key(job, time)) return false;
    note_place(job, *time);
    if (fabs(*time - slot) <= reach || aim <= 0) break;
    if (*time > slot) aim -= job->group / 2;
  }
  double missed = fabs(*time - expected) / job->group;
  if (fabs(missed - round(missed)) > 0.1) job->misses++;
  else job->hits++;
  if (tries > 0 || missed > 0.5) job->margin = FFMIN(job->margin * 1.5, job->group / 2);
  return true;
}

static void keys_by_search(Job *job) {
  double time, end = job->source.duration;
  measure_group(job);
  for (int slot = 0; slot * job->interval < end; slot++) {
    if (!search_key(job, slot * job->interval, &time)) break;
    if (!pictures_decode_key(&job->pictures, &job->source, job->packet)) continue;
    pictures_compress(&job->pictures);
    write_picture(job, slot);
  }
}

static void keys_by_reading(Job *job) {
  AVPacket *last = av_packet_alloc();
  double time, before = -1e9;
  int slot = 0;
  bool is_more = true, is_made = false;
  job->source.stream->discard = AVDISCARD_NONKEY;
  while (is_more) {
    is_more = read_key(job, &time);
    double until = is_more ? (before + time) / 2 : job->source.duration;
    for (; slot * job->interval < until && last->data; slot++) {
      if (!is_made && !pictures_decode_key(&job->pictures, &job->source, last)) continue;
      if (!is_made) pictures_compress(&job->pictures);
      is_made = true;
      write_picture(job, slot);
    }
    av_packet_unref(last);
    av_packet_move_ref(last, job->packet);
    before = time;
    is_made = false;
  }
  av_packet_free(&last);
}

/// Matroska reads its list when it is first needed.
static int list_entries(Job *job) {
  av_seek_frame(job->source.format, job->source.stream->index, 0, AVSEEK_FLAG_BACKWARD);
  return avformat_index_get_entries_count(job->source.stream);
}

static void keys_by_list(Job *job) {
  AVStream *stream = job->source.stream;
  double time, delay = 0;
  int used = -1, count = list_entries(job);
  for (int slot = 0; slot * job->interval < job->source.duration; slot++) {
    int nearest = -1;
    double distance = 1e9;
    for (int entry = FFMAX(used, 0); entry < count; entry++) {
      const AVIndexEntry *facts = avformat_index_get_entry(stream, entry);
      if (!(facts->flags & AVINDEX_KEYFRAME)) continue;
      time = source_seconds(&job->source, facts->timestamp) + delay;
      if (fabs(time - slot * job->interval) > distance) break;
      distance = fabs(time - slot * job->interval);
      nearest = entry;
    }
    if (nearest != used) {
      int64_t ticks = avformat_index_get_entry(stream, nearest)->timestamp;
      // MP4's list has decode times, but seeks by times of showing.
      int64_t later = ticks + (int64_t)(0.2 / job->source.tick);
      av_seek_frame(job->source.format, stream->index, later, AVSEEK_FLAG_BACKWARD);
      if (!read_key(job, &time)) break;
      delay = time - source_seconds(&job->source, ticks);
      if (!pictures_decode_key(&job->pictures, &job->source, job->packet)) continue;
      pictures_compress(&job->pictures);
      used = nearest;
    }
    write_picture(job, slot);
  }
}

// MARK: Exact

static void drop_run(Job *job) {
  for (; job->count > 0; job->count--, job->first++)
    av_packet_unref(job->run[job->first % most_packets]);
}

static void begin_run(Job *job) {
  drop_run(job);
  avcodec_flush_buffers(job->pictures.decoder);
  job->fed = job->shown = -1e9;
}

/// Reads until no key picture at or before the slot can follow; what is kept begins with the last.
static void read_run(Job *job, double slot) {
  double time;
  while (job->count < most_packets && source_read(&job->source, job->packet, &time)) {
    if (is_key(job->packet) && time <= slot + 1e-5) begin_run(job);
    if (is_key(job->packet)) note_place(job, time);
    bool belongs = job->count > 0 || job->fed > -1e9 || (is_key(job->packet) && time <= slot + 1e-5);
    double decoded = source_seconds(&job->source, job->packet->dts);
    if (belongs) {
      av_packet_move_ref(
        job->run[(job->first + job->count++) % most_packets], job->packet);
    }
    if (decoded > slot || (isnan(decoded) && time > slot)) return;
  }
}

static bool feed(Job *job, double slot) {
  double time;
  if (job->count == 0) {
    if (job->is_drained) return false;
    if (source_read(&job->source, job->packet, &time))
      av_packet_move_ref(
        job->run[(job->first + job->count++) % most_packets], job->packet);
    else
      job->is_drained = avcodec_send_packet(job->pictures.decoder, NULL) >= 0;
    if (job->count == 0) return true;
  }
  AVPacket *packet = job->run[job->first % most_packets];
  time = source_seconds(&job->source, packet->pts == AV_NOPTS_VALUE ? packet->dts : packet->pts);
  job->pictures.decoder->skip_frame =
    time < slot - 1.5 * job->source.frame ? AVDISCARD_NONREF : AVDISCARD_DEFAULT;
  avcodec_send_packet(job->pictures.decoder, packet);
  job->fed = time;
  av_packet_unref(packet);
  job->first++;
  job->count--;
  return true;
}

/// Decodes to the first picture at or after the slot.
static bool decode_to(Job *job, double slot) {
  AVFrame *frame = job->pictures.frame;
  do {
    while (avcodec_receive_frame(job->pictures.decoder, frame) >= 0) {
      int64_t ticks = frame->pts == AV_NOPTS_VALUE ? frame->best_effort_timestamp : frame->pts;
      double following = job->shown + job->source.frame;
      job->shown = source_seconds(&job->source, ticks);
      // Program streams leave some times out, and the guess is a picture early.
      if (frame->pts == AV_NOPTS_VALUE && following > 0) job->shown = following;
      if (job->shown >= slot - 1e-5) return true;
    }
  } while (feed(job, slot));
  return false;
}

static void exact(Job *job) {
  for (int place = 0; place < most_packets; place++) job->run[place] = av_packet_alloc();
  measure_group(job);
  int stream = job->source.stream->index;
  begin_run(job);
  if (!job->source.is_by_byte) list_entries(job);
  for (int slot = 0; slot * job->interval < job->source.duration; slot++) {
    double time = slot * job->interval, from = time - job->group - 2 * job->source.frame;
    if (job->shown < time - 1e-5) {
      bool is_near = job->fed > from - job->group / 2;
      for (int tries = 0; tries < 5; tries++, from -= job->group / 2) {
        if (!is_near && slot > 0) {
          begin_run(job);
          int64_t ticks = (int64_t)((time - 2 * job->source.frame + job->source.start) /
                                    job->source.tick);
          if (!job->source.is_by_byte)
            av_seek_frame(job->source.format, stream, ticks, AVSEEK_FLAG_BACKWARD);
          else
            seek_near(job, from);
        }
        read_run(job, time);
        if (job->count > 0 || is_near) break;
      }
      if (!decode_to(job, time)) break;
      pictures_compress(&job->pictures);
    }
    write_picture(job, slot);
  }
}

int main(int count, char **words) {
  static Job job;
  if (count < 4) fail("usage: limit FILE SECONDS FOLDER [key|exact]: reading that");
  bool is_exact = count > 4 && strcmp(words[4], "exact") == 0;
  job.interval = atof(words[2]);
  job.folder = words[3];
  job.packet = av_packet_alloc();
  source_open(&job.source, words[1]);
  pictures_open(&job.pictures, &job.source, 320, is_exact);
  if (is_exact) exact(&job);
  else if (!job.source.is_by_byte) keys_by_list(&job);
  else if (job.interval <= 3) keys_by_reading(&job);
  else keys_by_search(&job);
  printf("%d %lld\n", job.served, (long long)job.source.bytes_read);
  return 0;
}
