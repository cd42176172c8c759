use polars::prelude::*;
use std::time::Instant;
fn main() -> PolarsResult<()> {
    let n = 1_000_000usize;
    let mut x: u128 = 88172645463325252;
    let mut r = || { x ^= x << 13; x ^= x >> 7; x ^= x << 17; x };
    let reqs: Vec<i128> = (0..n).map(|_| r() as i128).collect();
    let accs: Vec<i128> = (0..n).map(|_| { let k = (r() % 300_000) as i128; k * 0x1234567890abcdef1234567 }).collect();
    let cell: Vec<u32> = (0..n).map(|_| (r() % 50) as u32).collect();
    let order: Vec<u64> = (0..n).map(|_| r() as u64).collect();
    let df = DataFrame::new(n, vec![
        Int128Chunked::from_vec("request".into(), reqs).into_series().into(),
        Int128Chunked::from_vec("account".into(), accs).into_series().into(),
        Column::new("cell".into(), cell), Column::new("order".into(), order)])?;
    for _ in 0..2 {
    let t = Instant::now();
    let u = df.unique_impl(false, Some(vec!["request".into(),"account".into()]), UniqueKeepStrategy::Last, None)?;
    println!("unique {} {:?}", u.height(), t.elapsed());
    let t = Instant::now();
    let s = u.sort(["account","order","request"], SortMultipleOptions::default())?;
    println!("sort {} {:?}", s.height(), t.elapsed());
    let t = Instant::now();
    let a = s.column("account")?.i128()?;
    let m = a.not_equal_missing(&a.shift(1));
    let f = s.filter(&m)?;
    println!("shift filter {} {:?}", f.height(), t.elapsed());
    let t = Instant::now();
    #[allow(deprecated)]
    let c = u.group_by(["cell"])?.select(["account","request"]).n_unique()?;
    println!("count {} {:?}", c.height(), t.elapsed());
    }
    Ok(())
}
