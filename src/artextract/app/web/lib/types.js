// @ts-check
// The JSON of the server, as the page uses it; the Python models in app/api have the same names and say what each field
// means. There is no code here: other files import these types in their comments.

export {};

// The collection

/**
 * @typedef {object} Colour
 * @property {string} hex
 * @property {number} proportion
 */

/**
 * @typedef {object} Painting
 * @property {string} id
 * @property {string | null} title
 * @property {string} name
 * @property {string | null} [artist]
 * @property {string | null} [year] when it was made, in words
 * @property {number} width
 * @property {number} height
 * @property {Record<string, string | null>} labels
 * @property {string} [rights] as they are stated
 */

/** @typedef {Painting & PaintingDetailsMore} PaintingDetails */
/**
 * @typedef {object} PaintingDetailsMore
 * @property {string} source
 * @property {string} rights
 * @property {Colour[]} colours
 * @property {Record<string, any>} more
 */

/**
 * A field of the catalogue; `kind` is null where it cannot be corrected.
 * @typedef {object} CatalogueField
 * @property {string} column
 * @property {any} value
 * @property {string | null} role
 * @property {"label" | "text" | "number" | "whole number" | null} kind
 * @property {Decision | null} decision
 * @property {Decision[]} opinions
 * @property {boolean} disagreed
 */

/**
 * @typedef {object} Catalogue
 * @property {string} id
 * @property {CatalogueField[]} label
 * @property {CatalogueField[]} more
 */

/**
 * @typedef {object} PaintingPage
 * @property {number} total
 * @property {Painting[]} paintings
 */

/**
 * @typedef {object} Layout
 * @property {number} total
 * @property {number[]} aspects
 */

/**
 * @typedef {object} Ids
 * @property {string[]} ids
 */

/**
 * @typedef {object} LabelCount
 * @property {string | null} value
 * @property {number} count
 */

/**
 * @typedef {object} LabelFacet
 * @property {string} column
 * @property {number} distinct
 * @property {LabelCount[]} values
 */

/**
 * @typedef {object} NumberFacet
 * @property {string} column
 * @property {number} low
 * @property {number} high
 * @property {number[]} edges
 * @property {number[]} counts
 * @property {number} unknown
 */

/**
 * @typedef {object} FacetsAnswer
 * @property {number} total
 * @property {Record<string, number>} without
 * @property {LabelFacet[]} labels
 * @property {NumberFacet[]} numbers
 */

/**
 * @typedef {object} FeatureFacts
 * @property {string} name
 * @property {string} description
 * @property {number} weight
 * @property {boolean} describes
 * @property {{ light: string, dark: string } | null} [colour]
 */

/**
 * @typedef {object} ListBrief
 * @property {string} id
 * @property {string} name
 * @property {string} note
 * @property {number} n
 * @property {number} version
 * @property {string} by
 * @property {string} time
 * @property {string[]} first
 */

/**
 * @typedef {object} NamedList
 * @property {string} id
 * @property {string} name
 * @property {string} note
 * @property {{ id: string, note: string }[]} paintings
 * @property {boolean} deleted
 * @property {number} version
 * @property {string} by
 * @property {string} time
 */

/**
 * @typedef {object} WorkDecision
 * @property {string} id
 * @property {string} first
 * @property {string} second
 * @property {"same work" | "version" | "same motif" | "different"} verdict
 * @property {string} reviewer
 * @property {string} time
 * @property {string} note
 * @property {string | null} undone_by
 */

/**
 * @typedef {object} WorkMember
 * @property {Painting} painting
 * @property {string} kind
 * @property {string | null} to
 * @property {number | null} confidence
 * @property {Region | null} rectangle
 * @property {WorkDecision | null} decision
 */

/**
 * @typedef {object} DuplicatesPage
 * @property {boolean} done
 * @property {Job | null} job
 * @property {number} compared
 * @property {Record<string, number>} counts
 * @property {number} total
 * @property {WorkMember[][]} groups
 */

/**
 * @typedef {object} MotifMember
 * @property {Painting} painting
 * @property {Region} found_at
 * @property {number} score
 * @property {string | null} to the painting that it is compared with
 * @property {WorkDecision | null} decision
 */

/**
 * @typedef {object} MotifsPage
 * @property {boolean} done
 * @property {Job | null} job
 * @property {number} pairs
 * @property {Record<string, number>} counts
 * @property {number} total
 * @property {MotifMember[][]} groups
 */

/** A mix of features that is had with one press. @typedef {{ name: string, about: string, weights: Weights }} Preset */
/** How much each feature counts, by its name. @typedef {Record<string, number>} Weights */

/**
 * @typedef {object} CollectionFacts
 * @property {string} name
 * @property {number} n
 * @property {number} skipped
 * @property {Record<string, LabelCount[]>} labels
 * @property {string[]} numbers
 * @property {string[]} sorts
 * @property {FeatureFacts[]} features
 * @property {Preset[]} presets
 * @property {Record<string, boolean>} can
 */

// The server

/**
 * @typedef {object} Health
 * @property {boolean} ok
 * @property {string} index
 * @property {string} version
 */

/**
 * @typedef {object} Session
 * @property {string} token
 */

// Search

/**
 * @typedef {object} UploadFacts
 * @property {string} upload
 * @property {number} width
 * @property {number} height
 * @property {Colour[]} colours
 * @property {string[]} notes
 */

/**
 * @typedef {object} UploadLimits
 * @property {number} bytes
 * @property {number} megapixels
 */

/**
 * @typedef {object} SearchRequest
 * @property {string | null} [id]
 * @property {string | null} [upload]
 * @property {string[]} [plus]
 * @property {string[]} [minus]
 * @property {Region | null} [region]
 * @property {[string, number][]} [colours]
 * @property {string} [words]
 * @property {Record<string, number> | null} [weights]
 * @property {string[]} [where]
 * @property {string} [text]
 * @property {number} [k]
 * @property {"csls" | null} [metric] null: as the server does unless asked
 */

/**
 * @typedef {object} SearchedFor
 * @property {string | null} id
 * @property {string[]} plus
 * @property {string[]} minus
 * @property {Region | null} region
 * @property {[string, number][]} colours
 * @property {string} words
 * @property {Record<string, string[]>} dropped
 * @property {Record<string, string>} missing
 * @property {string | null} title
 * @property {Record<string, string | null> | null} labels
 */

/**
 * @typedef {object} SearchHit
 * @property {string} id
 * @property {string | null} title
 * @property {string} name
 * @property {string | null} [artist]
 * @property {string | null} [year]
 * @property {number} width
 * @property {number} height
 * @property {Record<string, string | null>} labels
 * @property {string} source
 * @property {string} rights
 * @property {number} score
 * @property {Record<string, number | null>} features
 * @property {Record<string, number | null>} similarity
 * @property {Record<string, number | null>} closer_than
 * @property {string | null} band
 * @property {Record<string, string | null>} bands
 */

/**
 * @typedef {object} BandFacts
 * @property {number} above
 * @property {number} by_chance
 * @property {number} random
 * @property {number | null} same_style
 * @property {number | null} same_artist
 * @property {boolean} own
 */

/**
 * @typedef {object} SearchAnswer
 * @property {SearchedFor} query
 * @property {Record<string, number>} weights
 * @property {string} metric
 * @property {string[]} where
 * @property {string} text
 * @property {number} n_candidates
 * @property {boolean} exact
 * @property {string | null} nearest_band
 * @property {string} note
 * @property {Record<string, BandFacts>} bands
 * @property {SearchHit[]} hits
 */

/**
 * @typedef {object} MotifHit
 * @property {string} id
 * @property {string | null} title
 * @property {string} name
 * @property {number} width
 * @property {number} height
 * @property {Record<string, string | null>} labels
 * @property {string} source
 * @property {string} rights
 * @property {number} score
 * @property {number} probability
 * @property {[number, number, number, number]} found_at
 * @property {boolean} mirrored
 * @property {number} turn
 */

/**
 * @typedef {object} MotifAnswer
 * @property {boolean} found
 * @property {number} n_candidates
 * @property {number} threshold
 * @property {number} false_alarms
 * @property {number | null} nearest
 * @property {MotifHit[]} hits
 */

// One painting

/**
 * @typedef {object} RankedLabel
 * @property {string} label
 * @property {number} probability
 */

/**
 * @typedef {object} OwnLabel
 * @property {string} label
 * @property {boolean | null} agrees
 * @property {number | null} probability
 */

/**
 * @typedef {object} HeldOut
 * @property {number} n
 * @property {number | null} accuracy
 * @property {number | null} ece
 */

/**
 * @typedef {object} OfLabel
 * @property {number} predicted
 * @property {number | null} precision
 * @property {number} trained
 */

/**
 * @typedef {object} Looked
 * @property {number[][]} grid
 * @property {number} most
 */

/**
 * @typedef {object} AttributeReading
 * @property {string} attribute
 * @property {number} classes
 * @property {RankedLabel[]} labels
 * @property {boolean} sure
 * @property {number | null} sure_from
 * @property {OwnLabel | null} own
 * @property {Looked} looked
 * @property {HeldOut | null} held_out
 * @property {HeldOut | null} held_out_new_artists
 * @property {OfLabel | null} of_label
 */

/** @typedef {{ median: number, low: number, high: number, coverage: number }} NumberAnswer */

/**
 * @typedef {object} ModelFacts
 * @property {string} name
 * @property {string} collection
 * @property {string | null} protocol
 * @property {number} paintings
 * @property {string} backbone
 * @property {number} size
 * @property {string} geometry
 * @property {string[]} rights
 * @property {Record<string, number>} classes
 */

/**
 * @typedef {object} Predictions
 * @property {string} id
 * @property {ModelFacts} model
 * @property {string | null} seen
 * @property {boolean | null} artist_seen
 * @property {AttributeReading[]} attributes
 * @property {Record<string, Looked>} looked
 * @property {string[]} unsure
 * @property {Record<string, { labels: string[], coverage: number }>} sets
 * @property {Record<string, { score: number, new: boolean }>} novelty
 * @property {Record<string, NumberAnswer>} numbers
 * @property {Record<string, RankedLabel[]>} several
 */

/**
 * @typedef {object} Suggestion
 * @property {string | null} id
 * @property {string | null} upload
 * @property {Record<string, RankedLabel[]>} attributes
 * @property {string[]} unsure
 * @property {Record<string, { labels: string[], coverage: number }>} sets
 * @property {Record<string, { score: number, new: boolean }>} novelty
 * @property {Record<string, NumberAnswer>} numbers
 * @property {Record<string, RankedLabel[]>} several
 * @property {Record<string, Looked>} looked
 * @property {string | null} seen
 * @property {ModelFacts} model
 */

/**
 * @typedef {object} Place
 * @property {number} total
 * @property {number | null} number
 * @property {string | null} previous
 * @property {string | null} next
 */

// Two paintings

/**
 * @typedef {object} Side
 * @property {Painting | null} painting
 * @property {number} width
 * @property {number} height
 * @property {string} source
 * @property {string} rights
 * @property {Region | null} region
 * @property {string} trouble
 */

/**
 * @typedef {object} Reason
 * @property {string} name
 * @property {string} description
 * @property {number} weight
 * @property {number | null} contribution
 * @property {number | null} similarity
 * @property {number | null} percentile
 * @property {string} missing
 * @property {string} sentence
 * @property {Fact | null} facts
 * @property {string | null} band
 */

/**
 * What a sentence of the server is made of; lists and facts may stand among the values.
 * @typedef {object} Fact
 * @property {string} code
 * @property {Record<string, any>} values
 * @property {string} text it in English
 */

/**
 * @typedef {object} SharedColour
 * @property {string} hex
 * @property {string} name
 * @property {number} share_a
 * @property {number} share_b
 */

/**
 * @typedef {object} MatchingPair
 * @property {number} number
 * @property {Region} a
 * @property {Region} b
 * @property {number} similarity
 */

/**
 * @typedef {object} OverlayFacts
 * @property {string} name
 * @property {string} title
 * @property {string} says
 */

/**
 * @typedef {object} Comparison
 * @property {Side} a
 * @property {Side} b
 * @property {string} summary
 * @property {Fact | null} facts
 * @property {number} score
 * @property {number | null} closer_than
 * @property {string | null} band
 * @property {Reason[]} features
 * @property {SharedColour[]} colours
 * @property {MatchingPair[]} regions
 * @property {Record<string, string>} same
 * @property {OverlayFacts[]} overlays
 * @property {QueryPart[]} parts of a search by several pictures
 */

/**
 * What one picture of a search by several adds.
 * @typedef {object} QueryPart
 * @property {string} name an id or "upload:TOKEN"
 * @property {string | null} title
 * @property {boolean} wanted
 * @property {number} score
 * @property {Record<string, number | null>} features
 */

/**
 * @typedef {object} DrawnShape
 * @property {string} kind
 * @property {[number, number][] | null} points
 * @property {[number, number] | null} centre
 * @property {[number, number] | null} at
 * @property {string | null} text
 * @property {string | null} ground
 * @property {number | null} radius
 * @property {string | null} colour
 * @property {number | null} width
 * @property {number | null} casing
 * @property {boolean} closed
 * @property {boolean} filled
 */

/**
 * @typedef {object} DrawnOver
 * @property {Region} frame
 * @property {DrawnShape[]} shapes
 * @property {string | null} layer
 * @property {string} says
 * @property {Fact | null} facts
 * @property {[string, string][]} key
 */

/**
 * @typedef {object} Overlay
 * @property {string} name
 * @property {DrawnOver | null} a
 * @property {DrawnOver | null} b
 * @property {SharedColour[]} colours
 * @property {string} trouble
 */

// Long work

/**
 * `state` is "waiting", "running", "done" or "failed"; `done` of `total` steps of what `caption` names.
 * @typedef {object} Job
 * @property {string} state
 * @property {string} caption
 * @property {number} done
 * @property {number} total
 * @property {string} message
 * @property {string} hint
 * @property {string} code
 */

/**
 * `possible`: whether the server brings the collection up to date; `index` is its version, `indexed` whether there is
 * one to search with, which knows `searchable` of the `paintings`; the rest counts paintings once `job` is done.
 * @typedef {object} UpdateAnswer
 * @property {boolean} possible
 * @property {string} index
 * @property {boolean} indexed
 * @property {number} searchable
 * @property {number} paintings
 * @property {Job | null} job
 * @property {number} new
 * @property {number} changed
 * @property {number} gone
 * @property {number} skipped
 * @property {boolean} written whether anything is another than before
 */

// The map

/**
 * @typedef {object} TermFacts
 * @property {string} column
 * @property {string} value
 * @property {number} share
 * @property {number} elsewhere
 * @property {number} z
 */

/**
 * @typedef {object} ClusterFacts
 * @property {number} number
 * @property {string} name
 * @property {number} size
 * @property {TermFacts[]} terms
 * @property {string[]} representatives
 */

/**
 * @typedef {object} MapFacts
 * @property {string} index
 * @property {string} method
 * @property {Record<string, number>} weights
 * @property {number} seed
 * @property {number} n
 * @property {number} skipped
 * @property {number} fitted
 * @property {number | null} explained
 * @property {[number, number] | null} [years] of a map by time, at its left and right edge
 * @property {string} clustering
 * @property {Record<string, number>} silhouettes
 * @property {Record<string, Record<string, number | null>>} agreement
 * @property {ClusterFacts[]} clusters
 * @property {string[]} ids
 * @property {(number | null)[]} x
 * @property {(number | null)[]} y
 * @property {number[]} cluster
 * @property {number[]} placed
 */

/** @typedef {Job & { map: MapFacts | null }} MapAnswer */

/**
 * @typedef {object} ColumnName
 * @property {string} name
 * @property {string} kind
 * @property {number} values
 */

/**
 * @typedef {object} MapOptions
 * @property {string[]} methods
 * @property {ColumnName[]} columns
 */

/**
 * @typedef {object} Column
 * @property {string} index
 * @property {string} name
 * @property {"labels" | "numbers"} kind
 * @property {string[]} values
 * @property {number[]} counts
 * @property {number[]} codes
 * @property {(number | null)[]} numbers
 */

/**
 * @typedef {object} Passing
 * @property {string} index
 * @property {number[]} rows
 */

/**
 * @typedef {object} ValueShare
 * @property {string} value
 * @property {number} count
 * @property {number} share
 * @property {number | null} elsewhere
 * @property {number | null} z
 */

/**
 * @typedef {object} LabelShares
 * @property {string} column
 * @property {number} known
 * @property {number} distinct
 * @property {ValueShare[]} values
 */

/**
 * @typedef {object} ChosenShares
 * @property {number} n
 * @property {number} rest
 * @property {LabelShares[]} labels
 */

// Review

/**
 * @typedef {object} Decision
 * @property {string} id
 * @property {string} painting
 * @property {string} attribute
 * @property {string} action
 * @property {string | null} old_label
 * @property {string | null} new_label
 * @property {string | null} suggested
 * @property {string} reviewer
 * @property {string} time
 * @property {string} note
 * @property {string | null} undone_by
 * @property {string | null} undone_at
 */

/**
 * @typedef {object} Evidence
 * @property {number} chance_wrong
 * @property {string[]} reasons
 * @property {(Fact | null)[]} facts
 * @property {number} label_probability
 * @property {string | null} suggested
 * @property {number | null} suggested_probability
 * @property {string} compared
 * @property {number} agreed
 * @property {Painting[]} like_label
 * @property {Painting[]} like_suggested
 */

/**
 * @typedef {object} ReviewItem
 * @property {Painting} painting
 * @property {string | null} label
 * @property {Evidence | null} evidence
 * @property {Decision | null} decision
 * @property {Decision[]} opinions
 * @property {boolean} disagreed
 */

/**
 * @typedef {object} AttributeFacts
 * @property {string} name
 * @property {number} paintings
 * @property {number} classes
 * @property {string} why_not
 * @property {Fact | null} facts
 */

/**
 * @typedef {object} QueueFacts
 * @property {number} judged
 * @property {number} classes
 * @property {number} right
 * @property {[number, number, number]} wrong
 * @property {number | null} expected
 * @property {number} of_rare_classes
 * @property {number} unlikely
 * @property {number} cut
 * @property {number} found
 * @property {number} not_judged
 * @property {number} unknown
 * @property {string | null} backbone
 * @property {string} vectors
 */

/**
 * @typedef {object} LabelFacts
 * @property {string} label
 * @property {number} paintings
 */

/**
 * @typedef {object} ReviewPage
 * @property {string} attribute
 * @property {AttributeFacts[]} attributes
 * @property {Job | null} job
 * @property {QueueFacts | null} about
 * @property {Record<string, number>} counts
 * @property {LabelFacts[]} labels
 * @property {string[]} ids
 * @property {ReviewItem[]} items
 */

/**
 * @typedef {object} DecisionRequest
 * @property {string} painting
 * @property {string} attribute
 * @property {"accept" | "correct" | "skip"} action
 * @property {string} reviewer
 * @property {string | null} [label]
 * @property {boolean} [new]
 * @property {string} [note]
 * @property {string | null} [id]
 */

/**
 * @typedef {object} ReviewerCounts
 * @property {string} reviewer
 * @property {number} accept
 * @property {number} correct
 * @property {number} skip
 * @property {number} undone
 * @property {string} last
 */

/**
 * @typedef {object} PairAgreement
 * @property {string[]} reviewers
 * @property {number} paintings
 * @property {number} same
 * @property {number | null} kappa
 */

/**
 * @typedef {object} Agreement
 * @property {number} paintings
 * @property {number} agreed
 * @property {PairAgreement[]} pairs
 */

/**
 * @typedef {object} Summary
 * @property {Record<string, Record<string, number>>} attributes
 * @property {ReviewerCounts[]} reviewers
 * @property {Record<string, Agreement>} agreement
 */

// Studies

/**
 * @typedef {object} StudyBrief
 * @property {string} name
 * @property {string} made
 * @property {string[]} kinds
 * @property {string[]} mixes
 * @property {number} queries
 * @property {Record<string, number>} tasks
 * @property {number} per_rater
 * @property {number} judgements
 * @property {number} raters
 */

/**
 * @typedef {object} StudyList
 * @property {StudyBrief[]} studies
 */

/** How far a new study is. @typedef {Job} Making */

/**
 * @typedef {object} Shown
 * @property {string} id
 * @property {number} width
 * @property {number} height
 * @property {string | null} title
 */

/**
 * @typedef {object} Question
 * @property {number | null} task
 * @property {string | null} kind
 * @property {Shown | null} query
 * @property {Shown | null} left
 * @property {Shown | null} right
 * @property {number} done
 * @property {number} total
 * @property {string[]} grades
 */

// Export and selection

/**
 * @typedef {object} RegionOf
 * @property {string} id
 * @property {Region} box
 * @property {string} text
 */

/**
 * @typedef {object} FormatFacts
 * @property {string} name
 * @property {string} title
 * @property {string} about
 * @property {string} extension
 * @property {number} most
 * @property {string[]} takes
 */

/**
 * @typedef {object} ExportFacts
 * @property {FormatFacts[]} formats
 * @property {boolean} predictions
 * @property {boolean} decisions
 */

/**
 * @typedef {object} SelectionFacts
 * @property {Painting[]} paintings
 * @property {string[]} missing
 */

// The page itself

/**
 * What a view is given beside its place on the page and its parameters.
 * @typedef {object} Tools
 * @property {CollectionFacts} collection
 * @property {AbortSignal} signal aborts when the view is left
 */

/**
 * What a view gives back.
 * @typedef {object} View
 * @property {(params: URLSearchParams) => unknown} [update] only the parameters have changed
 * @property {() => void} [leave] another view is shown
 */

/** Names and values of a URL's parameters. @typedef {[string, any][]} Pairs */
/** Left, top, right and bottom, as fractions of a picture. @typedef {[number, number, number, number]} Region */
/** A colour and its share. @typedef {[string, number]} ColourShare */
/** What is offered in a message. @typedef {{ text: string, run: () => unknown }} Action */
