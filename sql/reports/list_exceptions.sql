-- What went otherwise than the rules say, one row a kind. Each kind is counted among the lines to which it could have
-- happened and of which the export tells whether it did; where there are none, the answer is null.
-- Held: one thread alone reads a table that was made in the same transaction, and all work on what is held.
with steps as materialized (
    select *
    from report.report_return_steps
),

fee_practice as (
    select quantile_disc(fee_charged::double / requested_amount::double, 0.5) as usual_share
    from steps
    where fee_charged > 0 and requested_amount > 0
),

lines as (
    select
        *,
        refunds > 0 as is_paid,
        claim_type = 'return' as is_ordinary,
        coalesce(refunded_at, closed_at, requested_at) <= getvariable('as_of')::timestamp - interval 30 day
            as is_refund_mature,
        requested_at <= getvariable('as_of')::timestamp - interval 30 day as is_request_mature,
        days_held > return_window_days as is_late,
        claim_type = 'return'
        and refunds > 0
        and has_arrived
        and coalesce((unopened_only and is_opened) or days_held > return_window_days, false) as owes_fee,
        (requested_amount * received_units / quantity)::decimal(18, 4) as received_amount
    from steps
),

kinds as (
    select
        unnest([
            {
                'exception': 'unauthorised_arrival',
                'definition': 'Goods arrived that nobody had authorized; among arrivals from sources that date '
                || 'authorizations. Amount: what the lines ask back.',
                'n_base': count(*) filter (where has_arrived and reports_authorization),
                'n_lines': count(*) filter (where has_arrived and reports_authorization and not is_authorized),
                'amount': sum(requested_amount) filter (
                    where has_arrived and reports_authorization and not is_authorized
                )
            },
            {
                'exception': 'never_arrived',
                'definition': 'Goods that were to come back have not arrived 30 days after the request; among lines '
                || 'so old that were not denied or cancelled. Amount: what the lines ask back.',
                'n_base': count(*) filter (
                    where expects_goods and is_request_mature and status not in ('denied', 'cancelled')
                ),
                'n_lines': count(*) filter (
                    where
                    expects_goods and is_request_mature and status not in ('denied', 'cancelled') and not has_arrived
                ),
                'amount': sum(requested_amount) filter (
                    where
                    expects_goods and is_request_mature and status not in ('denied', 'cancelled') and not has_arrived
                )
            },
            {
                'exception': 'refunded_never_arrived',
                'definition': 'A refund was paid and the goods have not arrived 30 days later; among refunds so old '
                || 'of lines that bring goods back. Amount: the refunds.',
                'n_base': count(*) filter (where is_paid and expects_goods and is_refund_mature),
                'n_lines': count(*) filter (where is_paid and expects_goods and is_refund_mature and not has_arrived),
                'amount': sum(refunds) filter (
                    where is_paid and expects_goods and is_refund_mature and not has_arrived
                )
            },
            {
                'exception': 'refund_before_receipt',
                'definition': 'A refund was paid before the goods arrived; among refunds of lines that bring goods '
                || 'back. Amount: the refunds.',
                'n_base': count(*) filter (where is_paid and expects_goods),
                'n_lines': count(*) filter (
                    where is_paid and expects_goods and (not has_arrived or coalesce(received_at > refunded_at, false))
                ),
                'amount': sum(refunds) filter (
                    where is_paid and expects_goods and (not has_arrived or coalesce(received_at > refunded_at, false))
                )
            },
            {
                'exception': 'refund_above_price',
                'definition': 'More was refunded than was paid for the goods; among refunds with a purchase. Amount: '
                || 'what was refunded above the price.',
                'n_base': count(*) filter (where is_paid and is_matched and requested_amount is not null),
                'n_lines': count(*) filter (where is_paid and is_matched and refunds > requested_amount),
                'amount': sum(refunds - requested_amount) filter (
                    where is_paid and is_matched and refunds > requested_amount
                )
            },
            {
                'exception': 'refund_without_purchase',
                'definition': 'A refund was paid and no purchase was found; among all refunds. Amount: the refunds.',
                'n_base': count(*) filter (where is_paid),
                'n_lines': count(*) filter (where is_paid and not is_matched),
                'amount': sum(refunds) filter (where is_paid and not is_matched)
            },
            {
                'exception': 'refund_despite_refusal',
                'definition': 'A refund was paid on a line that was denied, cancelled or rejected; among such lines. '
                || 'Amount: the refunds.',
                'n_base': count(*) filter (where status in ('denied', 'cancelled', 'rejected')),
                'n_lines': count(*) filter (where status in ('denied', 'cancelled', 'rejected') and is_paid),
                'amount': sum(refunds) filter (where status in ('denied', 'cancelled', 'rejected') and is_paid)
            },
            {
                'exception': 'refund_of_wrong_goods',
                'definition': 'A refund was paid although another item, an empty box or nothing came back; among '
                || 'refunds of inspected goods. Amount: the refunds.',
                'n_base': count(*) filter (where is_paid and condition_grade is not null),
                'n_lines': count(*) filter (
                    where is_paid and condition_grade in ('wrong_item', 'empty_box', 'missing')
                ),
                'amount': sum(refunds) filter (
                    where is_paid and condition_grade in ('wrong_item', 'empty_box', 'missing')
                )
            },
            {
                'exception': 'refund_of_missing_units',
                'definition': 'More was refunded than the price of the units that arrived, and fewer arrived than were '
                || 'asked to be returned; among refunds of goods that arrived, with a price. Amount: what was refunded '
                || 'above the price of the units that arrived.',
                'n_base': count(*) filter (where is_paid and has_arrived and requested_amount is not null),
                'n_lines': count(*) filter (
                    where is_paid and has_arrived and received_units < quantity and refunds > received_amount
                ),
                'amount': sum(refunds - received_amount) filter (
                    where is_paid and has_arrived and received_units < quantity and refunds > received_amount
                )
            },
            {
                'exception': 'late_return_refunded',
                'definition': 'A return was refunded that was requested after the product''s return window; among '
                || 'refunds of ordinary returns with a purchase and a window. Amount: the refunds.',
                'n_base': count(*) filter (where is_paid and is_ordinary and is_late is not null),
                'n_lines': count(*) filter (where is_paid and is_ordinary and is_late),
                'amount': sum(refunds) filter (where is_paid and is_ordinary and is_late)
            },
            {
                'exception': 'opened_return_refunded',
                'definition': 'Goods that are taken back unopened only came back opened and were refunded; among '
                || 'refunds of ordinary returns of such goods of which it is known. Amount: the refunds.',
                'n_base': count(*) filter (
                    where is_paid and is_ordinary and unopened_only and is_opened is not null
                ),
                'n_lines': count(*) filter (where is_paid and is_ordinary and unopened_only and is_opened),
                'amount': sum(refunds) filter (where is_paid and is_ordinary and unopened_only and is_opened)
            },
            {
                'exception': 'restocking_fee_charged',
                'definition': 'A restocking fee was owed and charged. Owed: an ordinary return that arrived and was '
                || 'refunded although it came after the window, or opened where goods are taken back unopened only; '
                || 'among lines that owe one, where exports tell fees. Amount: the fees.',
                'n_base': count(*) filter (where owes_fee and fee_practice.usual_share is not null),
                'n_lines': count(*) filter (where owes_fee and fee_charged > 0),
                'amount': sum(fee_charged) filter (where owes_fee and fee_charged > 0)
            },
            {
                'exception': 'restocking_fee_not_charged',
                'definition': 'A restocking fee was owed (as above), none was charged and the price was refunded in '
                || 'full. Amount: an estimate, what the lines ask back times the usual share of a fee (the median of '
                || 'the fees that were charged).',
                'n_base': count(*) filter (where owes_fee and fee_practice.usual_share is not null),
                'n_lines': count(*) filter (
                    where owes_fee and coalesce(fee_charged, 0) = 0 and refunds >= requested_amount
                ),
                'amount': (
                    sum(requested_amount) filter (
                        where owes_fee and coalesce(fee_charged, 0) = 0 and refunds >= requested_amount
                    ) * max(fee_practice.usual_share)
                )::decimal(18, 4)
            },
            {
                'exception': 'restocking_fee_not_owed',
                'definition': 'A restocking fee was charged that no rule above asks for; among refunded ordinary '
                || 'returns that owe none, where exports tell fees. Amount: the fees.',
                'n_base': count(*) filter (
                    where is_paid and is_ordinary and not owes_fee and fee_practice.usual_share is not null
                ),
                'n_lines': count(*) filter (where is_paid and is_ordinary and not owes_fee and fee_charged > 0),
                'amount': sum(fee_charged) filter (
                    where is_paid and is_ordinary and not owes_fee and fee_charged > 0
                )
            },
            {
                'exception': 'untracked_parcel',
                'definition': 'Goods were sent by mail, locker or pickup without a tracking number; among lines sent '
                || 'so (the tracked share is the rest). Amount: what the lines ask back.',
                'n_base': count(*) filter (where is_sent and return_method in ('mail', 'locker', 'pickup')),
                'n_lines': count(*) filter (
                    where is_sent and return_method in ('mail', 'locker', 'pickup') and not is_tracked
                ),
                'amount': sum(requested_amount) filter (
                    where is_sent and return_method in ('mail', 'locker', 'pickup') and not is_tracked
                )
            },
            {
                'exception': 'moments_out_of_order',
                'definition': 'A step is dated before the one that it follows (shipped before requested, received '
                || 'before shipped, inspected before received, or refunded or closed before requested); among all '
                || 'lines. Amount: what the lines ask back.',
                'n_base': count(*),
                'n_lines': count(*) filter (
                    where
                    shipped_at < requested_at
                    or received_at < shipped_at
                    or inspected_at < received_at
                    or least(refunded_at, closed_at) < requested_at
                ),
                'amount': sum(requested_amount) filter (
                    where
                    shipped_at < requested_at
                    or received_at < shipped_at
                    or inspected_at < received_at
                    or least(refunded_at, closed_at) < requested_at
                )
            }
        ]) as kind
    from lines
    cross join fee_practice
)

select
    kind['exception'] as exception,
    kind['definition'] as definition,
    kind['n_base'] as n_base,
    case when kind['n_base'] > 0 then kind['n_lines'] end as n_lines,
    case when kind['n_base'] > 0 then coalesce(kind['amount'], 0) end::decimal(18, 4) as amount,
    kind['n_lines']::double / nullif(kind['n_base'], 0)::double as share,
    kind['n_base'] < 30 as is_small
from kinds
order by exception
