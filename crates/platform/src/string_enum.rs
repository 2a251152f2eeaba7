//! Enumerations with one string per value, which is the same in JSON, in the document, in a column and in a log.

/// Defines an enumeration whose values each have one stable string.
///
/// The document describes it by its comment and a list of the values with theirs.
///
/// It can be read from and written to JSON and a text column of either engine, is a named schema of the document, and has `ALL`,
/// `as_str` and `parse`.
///
/// ```text
/// string_enum! {
///     /// How an appointment takes place.
///     pub enum Mode {
///         /// Face to face.
///         InPerson = "in_person",
///         /// By telephone.
///         Phone = "phone" | "telephone",
///     }
/// }
/// ```
///
/// Texts after `|` are former names of a value, so that records that were sealed with one can still be read. A value in a column needs
/// a migration instead, because a query would miss the former name. Requests are checked against the document, which has none.
#[macro_export]
macro_rules! string_enum {
    ($(
        $(#[doc = $doc:literal])+
        pub enum $name:ident { $( $(#[doc = $word_doc:literal])+ $variant:ident = $word:literal $(| $former:literal)* ),+ $(,)? }
    )+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name { $( $(#[doc = $word_doc])+ $variant, )+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable string.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The value with that string, if any.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }

            /// The value of that text, or of a text that stored records may still hold for it.
            pub fn parse_stored(text: &str) -> Option<Self> {
                const FORMER: &[(&str, $name)] = &[$($(($former, $name::$variant),)*)+];
                let former = || FORMER.iter().find(|(former, _)| *former == text).map(|(_, value)| *value);
                Self::parse(text).or_else(former)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse_stored(&word).ok_or_else(|| serde::de::Error::unknown_variant(&word, &[$($word),+]))
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    // A line of a comment begins with a space.
                    .description(Some(
                        concat!($($doc, "\n",)+ "\n" $(, "- `", $word, "`:" $(, $word_doc)+, "\n")+).trim().replace("\n ", "\n"),
                    ))
                    .enum_values(Some([$($word),+]))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}

        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                <str as diesel::serialize::ToSql<diesel::sql_types::Text, DB>>::to_sql(self.as_str(), out)
            }
        }

        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let word = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(value)?;
                Self::parse_stored(&word).ok_or_else(|| concat!("not a known ", stringify!($name)).into())
            }
        }
    )+};
}

#[cfg(test)]
mod tests {
    string_enum! {
        /// A colour
        /// of paint.
        pub enum Colour {
            /// Red, as a
            /// rose is.
            Red = "red" | "crimson",
            /// Blue.
            Blue = "blue",
        }
    }

    #[test]
    fn document_says_what_each_value_means() {
        let schema = serde_json::to_value(<Colour as utoipa::PartialSchema>::schema()).unwrap();
        assert_eq!(schema["description"], "A colour\nof paint.\n\n- `red`: Red, as a rose is.\n- `blue`: Blue.");
    }

    #[test]
    fn former_name_is_read_from_stored_records_only() {
        assert_eq!((Colour::parse("crimson"), Colour::parse_stored("crimson")), (None, Some(Colour::Red)));
        assert_eq!(serde_json::from_str::<Colour>("\"crimson\"").unwrap(), Colour::Red);
        assert_eq!(serde_json::to_string(&Colour::Red).unwrap(), "\"red\"");
        assert!(serde_json::from_str::<Colour>("\"green\"").is_err() && Colour::parse_stored("green").is_none());
        assert_eq!(Colour::parse_stored("blue"), Some(Colour::Blue));
    }
}
