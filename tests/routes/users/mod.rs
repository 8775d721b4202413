//! `/api/v3/users` and `/api/v3/sessions`

mod get_user;
mod sign_in;
mod sign_up;
