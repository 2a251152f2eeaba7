//! The channels of the contact line.

platform::string_enum! {
    /// How a person contacted the service.
    pub enum ContactChannel {
        /// By telephone.
        Phone = "phone",
        /// By text message.
        Text = "text",
        /// By email.
        Email = "email",
        /// On the web or in the app.
        Web = "web",
    }
}
