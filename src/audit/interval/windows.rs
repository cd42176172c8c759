//! Windows over time: sums of consecutive unknowns, by shortest paths.
//!
//! With P(i) the sum of the first i unknowns a window is P(end) - P(start), and every statement is a difference constraint:
//! P(end) - P(start) <= high, P(start) - P(end) <= -low, and P(i) - P(i+1) <= 0 since counts are not negative. The shortest
//! path from start to end is the greatest possible P(end) - P(start), and a cycle of negative length is a contradiction
//! (Cormen et al., Introduction to Algorithms, section 22.4). Distances are whole numbers where the ends are, and the
//! distances from one point are themselves such a table, so each bound is reached.

use super::{Answer, Component, Interval, Method, Statement, UNBOUNDED};

/// More points than this are left to other methods: the time grows with the third power.
const MAX_POINTS: usize = 400;

/// The interval of each statement.
pub(super) fn solve(component: &Component) -> Answer {
    let points = component.unknowns + 1;
    let windows: Option<Vec<(usize, usize)>> = component.statements.iter().map(window).collect();
    let Some(windows) = windows.filter(|_| points <= MAX_POINTS) else { return Answer::OtherShape };
    let mut distances = Distances::new(points);
    for (&(start, end), statement) in windows.iter().zip(&component.statements) {
        distances.limit(start, end, statement.high);
        distances.limit(end, start, -statement.low);
    }
    for point in 1..points {
        distances.limit(point, point - 1, 0);
    }
    distances.close();
    if (0..points).any(|point| distances.from(point, point) < 0) {
        return Answer::Contradiction;
    }
    let interval = |&(start, end): &(usize, usize)| {
        let (low, high) = (-distances.from(end, start), distances.from(start, end).min(UNBOUNDED));
        Interval::exact(low, high, Method::ShortestPaths)
    };
    Answer::Intervals(windows.iter().map(interval).collect())
}

/// The points where a sum of consecutive unknowns begins and ends.
fn window(statement: &Statement) -> Option<(usize, usize)> {
    let (first, last) = (*statement.of.first()?, *statement.of.last()?);
    (statement.less.is_empty() && last - first + 1 == statement.of.len()).then_some((first, last + 1))
}

/// The greatest differences between any two points.
struct Distances {
    points: usize,
    cells: Vec<i64>,
}

impl Distances {
    fn new(points: usize) -> Self {
        let mut distances = Self { points, cells: vec![UNBOUNDED; points * points] };
        (0..points).for_each(|point| distances.limit(point, point, 0));
        distances
    }

    fn from(&self, start: usize, end: usize) -> i64 {
        self.cells[start * self.points + end]
    }

    fn limit(&mut self, start: usize, end: usize, most: i64) {
        let cell = &mut self.cells[start * self.points + end];
        *cell = most.min(*cell);
    }

    /// Every difference as small as all limits together make it (Floyd 1962, Warshall 1962).
    fn close(&mut self) {
        for through in 0..self.points {
            for start in 0..self.points {
                let first = self.from(start, through);
                if first >= UNBOUNDED / 2 {
                    continue;
                }
                for end in 0..self.points {
                    let second = self.from(through, end);
                    if second < UNBOUNDED / 2 {
                        self.limit(start, end, first + second);
                    }
                }
            }
        }
    }
}
