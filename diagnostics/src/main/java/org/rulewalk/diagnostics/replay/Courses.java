package org.rulewalk.diagnostics.replay;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.rulewalk.simulator.conntrack.Direction;

/** The courses that were found, by the numbers that directions of connections carry. */
final class Courses {
  private static final int MOST = 1 << 20;
  private static final int LEAST = 64;

  private final Treatments treatments;
  private Course[] courses = new Course[LEAST];
  private int size;
  private final Map<Key, Course> known = new HashMap<>();

  /** By the place where packets leave, then by the likeness of those that it treats alike. */
  private final Numbered<Numbered<Course>> exits = new Numbered<>();

  /** The number that no course has, of those before the first. */
  private int before;

  /** What courses that are one have in common; kin is known by being the same object. */
  private record Key(int seenAt, int place, boolean made, int ttlAhead, int inferred, Kin kin) {}

  Courses(Treatments treatments) {
    this.treatments = treatments;
  }

  /** The course of packets that come in where they are recorded; null if it isn't known. */
  Course arriving(Direction direction, Place place) {
    Course course = at(direction.note(false));
    return course == null || course.seenAt != place ? null : course;
  }

  /**
   * The course of packets that leave where they are recorded, by their connection or by one like
   * it; null if it isn't known.
   */
  Course leaving(Direction answers, Place place) {
    if (answers == Direction.NONE) {
      return null;
    }
    Course course = at(answers.note(true));
    return course != null && course.seenAt == place ? course : leavingLikeOthers(answers, place);
  }

  private Course leavingLikeOthers(Direction answers, Place place) {
    int likeness = treatments.likeness(place, answers.opposite());
    Numbered<Course> there = exits.get(place.number);
    Course like = there == null || likeness < 0 ? null : there.get(likeness);
    if (like != null) {
      answers.setNote(true, like.number);
    }
    return like;
  }

  private Course at(int number) {
    int index = number - before - 1;
    return index >= 0 && index < size ? courses[index] : null;
  }

  /** Notes the course of packets that come in. */
  Course arrive(Direction direction, Place place) {
    Kin kin = treatments.kin(place, false, direction);
    Course course = kin.arriving;
    if (course == null || course.number <= before) {
      course = add(new Course(next(), place, place, false, 0, 0, kin, null));
      kin.arriving = course;
    }
    direction.setNote(false, course.number);
    return course;
  }

  /**
   * Notes the course of packets that leave.
   *
   * @param answers where the answers to them are tracked
   * @param direction where they are tracked at the place of their beginning
   */
  void leave(
      Direction answers,
      Place seenAt,
      Direction direction,
      Place place,
      boolean made,
      int ttlAhead,
      int inferred) {
    boolean near = answers.opposite() == direction;
    Course course =
        course(seenAt, place, made, ttlAhead, inferred, direction, near ? null : direction);
    answers.setNote(true, course.number);
    int likeness = treatments.likeness(seenAt, answers.opposite());
    if (near && likeness >= 0) {
      Numbered<Course> there = exits.get(seenAt.number);
      if (there == null) {
        there = new Numbered<>();
        exits.put(seenAt.number, there);
      }
      there.put(likeness, course);
    }
  }

  private Course course(
      Place seenAt,
      Place place,
      boolean made,
      int ttlAhead,
      int inferred,
      Direction direction,
      Direction start) {
    Kin kin = treatments.kin(place, made, direction);
    if (start != null) {
      return add(new Course(next(), seenAt, place, made, ttlAhead, inferred, kin, start));
    }
    Key key = new Key(seenAt.number, place.number, made, ttlAhead, inferred, kin);
    Course course = known.get(key);
    if (course == null) {
      course = add(new Course(next(), seenAt, place, made, ttlAhead, inferred, kin, null));
      known.put(key, course);
    }
    return course;
  }

  private int next() {
    if (size >= MOST) {
      forget();
    }
    return before + size + 1;
  }

  private Course add(Course course) {
    if (size == courses.length) {
      courses = Arrays.copyOf(courses, 2 * size);
    }
    courses[size++] = course;
    return course;
  }

  /** Forgets all; numbers that were given are those of none. */
  void forget() {
    before += size;
    courses = new Course[LEAST];
    size = 0;
    known.clear();
    exits.clear();
  }
}
