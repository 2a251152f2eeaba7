//! Bodies in slices.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_http::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

/// How many bytes of a body are passed on at a time.
const SLICE_BYTES: usize = 16 * 1024;

/// A body that is passed on in slices. The server copies what it gets and keeps the copy until the client has read it, so a
/// client that does not read would keep a copy of a whole large response in memory.
#[derive(Debug)]
pub(super) struct SlicedBody {
    body: BoxBody,
    size: BodySize,
    /// The rest of the last piece of the body.
    rest: Bytes,
}

impl SlicedBody {
    /// The same body in slices.
    pub(super) fn new<B: MessageBody + 'static>(body: B) -> Self {
        Self { size: body.size(), body: body.boxed(), rest: Bytes::new() }
    }
}

impl MessageBody for SlicedBody {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.size
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.get_mut();
        while this.rest.is_empty() {
            match ready!(Pin::new(&mut this.body).poll_next(cx)) {
                Some(Ok(piece)) => this.rest = piece,
                end => return Poll::Ready(end),
            }
        }
        let length = this.rest.len().min(SLICE_BYTES);
        Poll::Ready(Some(Ok(this.rest.split_to(length))))
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    #[test]
    fn a_large_body_comes_in_slices_of_itself() {
        for length in [0, 1, SLICE_BYTES, SLICE_BYTES + 1, 1_250_000] {
            let whole: Bytes = (0..=u8::MAX).cycle().take(length).collect::<Vec<u8>>().into();
            let mut body = SlicedBody::new(whole.clone());
            assert_eq!(body.size(), BodySize::Sized(length as u64));
            let (mut context, mut joined) = (Context::from_waker(Waker::noop()), Vec::new());
            while let Poll::Ready(Some(slice)) = Pin::new(&mut body).poll_next(&mut context) {
                let slice = slice.unwrap();
                assert!((1..=SLICE_BYTES).contains(&slice.len()), "{}", slice.len());
                assert!(whole.as_ptr_range().contains(&slice.as_ptr()), "a copy");
                joined.extend_from_slice(&slice);
            }
            assert!(joined == whole, "{length}");
        }
    }
}
