"""What a reader has read: file formats, matching to the catalogue, the profile."""
