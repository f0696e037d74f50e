//! `doorward config`.

use super::command::Place;
use super::error::CommandError;
use super::output;

/// Says that the configuration is valid, or fails with all that is wrong.
pub(super) fn check(place: &Place) -> Result<(), CommandError> {
    place.read()?;
    output::line("the configuration is valid");
    Ok(())
}

/// Shows the configuration that would take effect.
pub(super) fn show(place: &Place) -> Result<(), CommandError> {
    let text = place.read()?.show();
    output::line(text.trim_end());
    Ok(())
}
