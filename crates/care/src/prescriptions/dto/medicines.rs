//! Response bodies of the medicines catalogue.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ExactDecimal;
use crate::prescriptions::catalogue::{Catalogue, Form};
use crate::prescriptions::model::medicine::{CatalogueEntry, ControlledDrugSchedule, MedicineCodeKind};
use crate::prescriptions::rules::medicines::{needs_brand, schedule_of};

/// A name or id in the catalogue.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 100)]
pub struct CatalogueName(pub String);

/// A medicine in the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogueMedicine {
    /// The medicine's id.
    #[schema(max_length = 100)]
    pub id: String,
    /// The name, with strength and form.
    #[schema(max_length = 200)]
    pub name: String,
    /// The dose form, such as tablets.
    #[schema(max_length = 100)]
    pub form: String,
    /// The strength.
    #[schema(max_length = 100)]
    pub strength: String,
    /// The names of its substances.
    #[schema(max_items = 10)]
    pub ingredients: Vec<CatalogueName>,
    /// The controlled drug schedule.
    pub schedule: ControlledDrugSchedule,
    /// The id of the unit in which it is counted.
    #[schema(max_length = 30)]
    pub unit: String,
    /// How much of its substance one unit contains, if that is known and there is only one substance.
    pub contains: Option<ExactDecimal>,
    /// The unit of `contains`.
    #[schema(max_length = 30)]
    pub contains_unit: Option<String>,
    /// The ids of the routes by which it is taken, the usual one first.
    #[schema(max_items = 10)]
    pub routes: Vec<CatalogueName>,
    /// The brands among which one is chosen; empty where it is not prescribed by brand.
    #[schema(max_items = 20)]
    pub brands: Vec<CatalogueName>,
    /// Whether a brand must be chosen.
    pub brand_required: bool,
    /// The dm+d code (a SNOMED CT id), if one was confirmed.
    #[schema(max_length = 18)]
    pub code: Option<String>,
    /// The kind of the code.
    pub code_kind: Option<MedicineCodeKind>,
    /// Where this information comes from.
    #[schema(max_length = 500)]
    pub source: String,
}

impl CatalogueMedicine {
    /// The medicine as clients see it.
    pub fn new(catalogue: &Catalogue, medicine: &CatalogueEntry) -> Self {
        let names = |all: &[String]| all.iter().cloned().map(CatalogueName).collect();
        Self {
            id: medicine.id.clone(),
            name: medicine.name.clone(),
            form: medicine.form.clone(),
            strength: medicine.strength.clone(),
            ingredients: names(&medicine.ingredients),
            schedule: schedule_of(catalogue, medicine),
            unit: medicine.unit.clone(),
            contains: medicine.contains.as_ref().map(|contains| ExactDecimal(contains.value)),
            contains_unit: medicine.contains.as_ref().map(|contains| contains.unit.clone()),
            routes: names(&medicine.routes),
            brands: names(&medicine.brands),
            brand_required: needs_brand(catalogue, &medicine.ingredients, &medicine.form, &medicine.name),
            code: medicine.code.as_ref().map(|code| code.value.clone()),
            code_kind: medicine.code.as_ref().map(|code| code.kind),
            source: medicine.source.clone(),
        }
    }
}

/// Filters of medicines.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MedicineQuery {
    /// Only medicines with every word of this, or a word that starts with it, in their name, substance, class or use; all when
    /// left out.
    #[param(min_length = 1, max_length = 100, nullable = false)]
    pub search: Option<String>,
}

/// A unit or a route that prescriptions can use.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrescribingTerm {
    /// The id to use in a request.
    #[schema(max_length = 30)]
    pub id: String,
    /// The name in plain English.
    #[schema(max_length = 100)]
    pub name: String,
    /// The SNOMED CT code, if one was confirmed.
    #[schema(max_length = 18)]
    pub code: Option<String>,
}

/// A form of medicines that are not in the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct MedicineForm {
    /// The name, which may have words before it, such as `gastro-resistant`.
    #[schema(max_length = 100)]
    pub name: String,
    /// The ids of the routes by which such a medicine can be taken.
    #[schema(max_items = 10)]
    pub routes: Vec<CatalogueName>,
}

/// The units, routes and forms that prescriptions can use.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrescribingTerms {
    /// The units of doses and quantities.
    #[schema(max_items = 100)]
    pub units: Vec<PrescribingTerm>,
    /// The routes.
    #[schema(max_items = 100)]
    pub routes: Vec<PrescribingTerm>,
    /// The forms of medicines that are not in the catalogue.
    #[schema(max_items = 100)]
    pub forms: Vec<MedicineForm>,
}

impl From<&Catalogue> for PrescribingTerms {
    fn from(catalogue: &Catalogue) -> Self {
        let term = |id: &String, name: &String, code: &Option<String>| PrescribingTerm {
            id: id.clone(),
            name: name.clone(),
            code: code.clone(),
        };
        let form = |form: &Form| MedicineForm {
            name: form.name.clone(),
            routes: form.routes.iter().cloned().map(CatalogueName).collect(),
        };
        Self {
            forms: catalogue.terms.forms.iter().map(form).collect(),
            units: catalogue.terms.units.iter().map(|unit| term(&unit.id, &unit.many, &unit.code)).collect(),
            routes: catalogue.terms.routes.iter().map(|route| term(&route.id, &route.name, &route.code)).collect(),
        }
    }
}
