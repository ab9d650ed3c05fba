"""What a IIIF presentation says of its paintings, of Presentation API 2 and 3 alike, as plain records: ``documents``
reads manifests and collections, ``reader`` walks through them. Nothing but ``reader`` fetches."""
