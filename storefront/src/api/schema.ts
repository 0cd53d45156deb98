// Written by scripts/client.mjs from openapi.json; `npm run client` writes it anew.
export interface paths {
    "/api/v1/cart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The cart with today's prices */
        get: operations["tongbao_mall_api_cart_cart"];
        put?: never;
        /** Add pieces to the cart */
        post: operations["tongbao_mall_api_cart_add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cart/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set how many pieces are in the cart */
        put: operations["tongbao_mall_api_cart_set_quantity"];
        post?: never;
        /** Take a line out of the cart */
        delete: operations["tongbao_mall_api_cart_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tree of categories */
        get: operations["tongbao_mall_api_catalogue_categories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/checkout/quote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an order would cost; nothing is ordered */
        post: operations["tongbao_mall_api_orders_quote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/claims": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My claims, newest first */
        get: operations["tongbao_mall_api_claims_mine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/claims/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of my claims */
        get: operations["tongbao_mall_api_claims_claim"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/claims/{number}/sent-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that the goods are on their way */
        post: operations["tongbao_mall_api_claims_sent_back"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/claims/{number}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Withdraw a claim */
        post: operations["tongbao_mall_api_claims_withdraw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a code to a phone */
        post: operations["tongbao_members_api_sign_in_send_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/divisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The provinces, or what is below a division */
        get: operations["tongbao_members_api_divisions_below"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/divisions/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One division with those above it */
        get: operations["tongbao_members_api_divisions_place"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{invite_code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whose invitation this is */
        get: operations["tongbao_members_api_team_invitation_of"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/log-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with a phone and a code */
        post: operations["tongbao_members_api_sign_in_log_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/log-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End this session */
        post: operations["tongbao_members_api_sign_in_log_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who I am */
        get: operations["tongbao_members_api_me_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change my name or language */
        patch: operations["tongbao_members_api_me_describe"];
        trace?: never;
    };
    "/api/v1/me/addresses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My addresses, the default one first */
        get: operations["tongbao_members_api_addresses_addresses"];
        put?: never;
        /** Add an address */
        post: operations["tongbao_members_api_addresses_add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/addresses/{address_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of my addresses */
        get: operations["tongbao_members_api_addresses_address"];
        /** Write an address anew */
        put: operations["tongbao_members_api_addresses_change"];
        post?: never;
        /** Forget an address */
        delete: operations["tongbao_members_api_addresses_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/addresses/{address_id}/default": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Offer this address first */
        post: operations["tongbao_members_api_addresses_make_default"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/award-proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** That an award of mine is sealed */
        get: operations["tongbao_members_api_proofs_award_proof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/awards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My awards and why, newest first */
        get: operations["tongbao_rewards_api_awards_my_awards"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/commission": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My commission in figures */
        get: operations["tongbao_rewards_api_awards_my_commission"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/commission/statement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My money, line by line, oldest first */
        get: operations["tongbao_rewards_api_awards_my_statement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/identity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put my real name forward for verification */
        post: operations["tongbao_members_api_me_submit_identity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My invitation */
        get: operations["tongbao_members_api_team_my_invitation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/invitation/qr.svg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My invitation as a picture */
        get: operations["tongbao_members_api_team_my_invitation_picture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/liability-proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** That what I am owed was counted on a day */
        get: operations["tongbao_members_api_proofs_liability_proof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/phone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Move my account to a new phone */
        put: operations["tongbao_members_api_me_change_phone"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/phone/codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a code to my new phone */
        post: operations["tongbao_members_api_me_send_code_to_new_phone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My points */
        get: operations["tongbao_points_api_my_points"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/points/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My grants, newest first */
        get: operations["tongbao_points_api_my_grants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/points/statement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My points, line by line, oldest first */
        get: operations["tongbao_points_api_my_statement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/ranks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why I have, or had, my ranks */
        get: operations["tongbao_members_api_me_ranks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My devices */
        get: operations["tongbao_members_api_sign_in_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Sign a device out */
        delete: operations["tongbao_members_api_sign_in_end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/statement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My account, transfer by transfer */
        get: operations["tongbao_members_api_proofs_statement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/team": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many came by me, level by level */
        get: operations["tongbao_members_api_team_team"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/team/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who came by me */
        get: operations["tongbao_members_api_team_team_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/transfer-proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** That a transfer of mine is sealed */
        get: operations["tongbao_members_api_proofs_transfer_proof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/upline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who stands above me */
        get: operations["tongbao_members_api_team_upline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/withdrawals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My withdrawals, newest first
         * @description ``before`` is the number of the last one of the page before.
         */
        get: operations["tongbao_rewards_api_withdrawals_mine"];
        put?: never;
        /**
         * Ask for a withdrawal
         * @description 201 for a new withdrawal, 200 for the one that this ``client_key`` asked for before.
         */
        post: operations["tongbao_rewards_api_withdrawals_ask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/withdrawals/quote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a withdrawal would cost */
        post: operations["tongbao_rewards_api_withdrawals_quote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/withdrawals/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of my withdrawals */
        get: operations["tongbao_rewards_api_withdrawals_detail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My orders, newest first */
        get: operations["tongbao_mall_api_orders_mine"];
        put?: never;
        /**
         * Place an order
         * @description 201 for a new order, 200 for the one that this ``client_key`` made before.
         */
        post: operations["tongbao_mall_api_orders_place"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many of my orders are in each status */
        get: operations["tongbao_mall_api_orders_counts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of my orders in full */
        get: operations["tongbao_mall_api_orders_detail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel an order that is not paid */
        post: operations["tongbao_mall_api_orders_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/claims": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for money back
         * @description Before the goods are sent, or without them, ``refund_only``; ``return_goods`` for what was sent.
         */
        post: operations["tongbao_mall_api_claims_open_claim"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/pay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open the cashier
         * @description Asking again while the cashier is open gives the same one.
         */
        post: operations["tongbao_mall_api_orders_pay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{number}/receipt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirm that the goods are here */
        post: operations["tongbao_mall_api_orders_receipt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/payment-gateways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where an order can be paid */
        get: operations["tongbao_mall_api_orders_payment_gateways"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The plans in force, with their proven worst case */
        get: operations["tongbao_rewards_api_plans_plans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One plan in force, with its document */
        get: operations["tongbao_rewards_api_plans_plan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/points/pools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The pools and what is left in them */
        get: operations["tongbao_points_api_pools"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/points/supply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Supply, reserve, floor and ceiling */
        get: operations["tongbao_points_api_supply"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Products on sale, one page */
        get: operations["tongbao_mall_api_catalogue_products"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One product with its variants */
        get: operations["tongbao_mall_api_catalogue_product"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products/{code}/gifts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What buying a product gives its buyer */
        get: operations["tongbao_rewards_api_gifts_gifts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/seals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest seals and the public key that signs them */
        get: operations["tongbao_ledger_api_newest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/seals/consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** That one seal is the beginning of another */
        get: operations["tongbao_ledger_api_consistency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/seals/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest checkpoint */
        get: operations["tongbao_ledger_api_latest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/seals/liabilities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was owed in all, day by day */
        get: operations["tongbao_ledger_api_owed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/seals/{size}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The checkpoint of this many entries */
        get: operations["tongbao_ledger_api_of_size"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open an account with a phone and a code */
        post: operations["tongbao_members_api_sign_in_sign_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/storefront": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Name, colours and home page
         * @description The look of the mall and its own time. ``ETag`` holds for a minute of that time, so ``now`` stays true.
         */
        get: operations["tongbao_mall_api_storefront_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AddressIn */
        AddressIn: {
            /** Phone */
            phone: string;
            /** Recipient */
            recipient: string;
            /** Region Code */
            region_code: string;
            /** Street */
            street: string;
        };
        /** AddressOut */
        AddressOut: {
            /** Address Id */
            address_id: number;
            /** Is Default */
            is_default: boolean;
            /** Phone */
            phone: string;
            /** Recipient */
            recipient: string;
            /** Region Code */
            region_code: string;
            /** Region Name */
            region_name: string;
            /** Street */
            street: string;
        };
        /** AppOut */
        AppOut: {
            /** Icon */
            icon: string;
            /** Key */
            key: string;
            /** Page */
            page: string;
            /** Title */
            title: string;
            /** Title En */
            title_en: string;
        };
        /** AwardOut */
        AwardOut: {
            /**
             * Amount Fen
             * @description What it is worth now, after refunds.
             */
            amount_fen: number;
            /** Award Id */
            award_id: number;
            /** Clause */
            clause: string;
            /** Kind */
            kind: string;
            /** Order Number */
            order_number: string;
            /** Original Fen */
            original_fen: number;
            /** Rank */
            rank: string;
            /** Rate Bp */
            rate_bp: number;
            /** Region Code */
            region_code: string;
            /** Release At */
            release_at: string | null;
            /**
             * Settled At
             * Format: date-time
             */
            settled_at: string;
            /**
             * State
             * @enum {string}
             */
            state: "pending" | "released" | "voided" | "clawed_back";
            /** State Title */
            state_title: string;
            /**
             * Why
             * @description One sentence: plan version, clause, rank and arithmetic.
             */
            why: string;
        };
        /** AwardsOut */
        AwardsOut: {
            /** Awards */
            awards: components["schemas"]["AwardOut"][];
            /**
             * Next Before
             * @description Send it as `before` for what follows; null at the end.
             */
            next_before: number | null;
        };
        /** AwardsQuery */
        AwardsQuery: {
            /** Before */
            before?: number | null;
            /**
             * Limit
             * @default 50
             */
            limit: number;
            /** State */
            state?: ("pending" | "released" | "voided" | "clawed_back") | null;
        };
        /** BannerOut */
        BannerOut: {
            /**
             * Kind
             * @constant
             */
            kind: "banner";
            /** Pictures */
            pictures: components["schemas"]["BannerPictureOut"][];
        };
        /** BannerPictureOut */
        BannerPictureOut: {
            /** Target */
            target: components["schemas"]["ProductTargetOut"] | components["schemas"]["CategoryTargetOut"] | components["schemas"]["PageTargetOut"] | null;
            /** Title */
            title: string;
            /** Title En */
            title_en: string;
            /** Url */
            url: string;
        };
        /** CartLineIn */
        CartLineIn: {
            /** Quantity */
            quantity: number;
            /** Sku */
            sku: string;
        };
        /** CartLineOut */
        CartLineOut: {
            /** Is Available */
            is_available: boolean;
            picture: components["schemas"]["PictureOut"] | null;
            /** Price Fen */
            price_fen: number;
            /** Product Code */
            product_code: string;
            /** Quantity */
            quantity: number;
            /** Sku */
            sku: string;
            /** Stock */
            stock: number;
            /** Title */
            title: string;
            /** Variant Title */
            variant_title: string;
        };
        /** CategoryOut */
        CategoryOut: {
            /** Category Id */
            category_id: number;
            /** Children */
            children: components["schemas"]["CategoryOut"][];
            /** Title */
            title: string;
        };
        /** CategoryTargetOut */
        CategoryTargetOut: {
            /** Id */
            id: number;
            /**
             * Kind
             * @constant
             */
            kind: "category";
        };
        /** ClaimFilter */
        ClaimFilter: {
            /** Before */
            before?: number | null;
            /**
             * Limit
             * @default 20
             */
            limit: number;
        };
        /** ClaimIn */
        ClaimIn: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "refund_only" | "return_goods";
            /** Lines */
            lines: components["schemas"]["ClaimLineIn"][];
            /** Reason */
            reason: string;
        };
        /**
         * ClaimLineIn
         * @description Pieces to give back, and the amount asked for; without an amount it is what the pieces cost.
         */
        ClaimLineIn: {
            /** Amount Fen */
            amount_fen?: number | null;
            /**
             * Pieces
             * @default 0
             */
            pieces: number;
            /** Position */
            position: number;
        };
        /** ClaimLineOut */
        ClaimLineOut: {
            /** Amount Fen */
            amount_fen: number;
            /** Pieces */
            pieces: number;
            /** Position */
            position: number;
        };
        /**
         * ClaimOut
         * @description ``claim_id`` is the cursor for the next page.
         */
        ClaimOut: {
            /** Amount Fen */
            amount_fen: number;
            /** Answer */
            answer: string;
            /** Can Send Back */
            can_send_back: boolean;
            /** Can Withdraw */
            can_withdraw: boolean;
            /** Carrier */
            carrier: string;
            /** Claim Id */
            claim_id: number;
            /** Ended At */
            ended_at: string | null;
            /** Freight Fen */
            freight_fen: number;
            /**
             * Kind
             * @enum {string}
             */
            kind: "refund_only" | "return_goods";
            /** Lines */
            lines: components["schemas"]["ClaimLineOut"][];
            /** Number */
            number: string;
            /** Order Number */
            order_number: string;
            /** Reason */
            reason: string;
            /**
             * Requested At
             * Format: date-time
             */
            requested_at: string;
            /** Return Address */
            return_address: string;
            /**
             * State
             * @enum {string}
             */
            state: "requested" | "approved" | "rejected" | "withdrawn" | "sent_back" | "goods_received" | "refunding" | "refunded";
            /** Tracking Number */
            tracking_number: string;
        };
        /** CodeIn */
        CodeIn: {
            /** Phone */
            phone: string;
        };
        /** CodeSentOut */
        CodeSentOut: {
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /** CommissionLineOut */
        CommissionLineOut: {
            /** Amount Fen */
            amount_fen: number;
            /** Balance After Fen */
            balance_after_fen: number;
            /**
             * Booked At
             * Format: date-time
             */
            booked_at: string;
            /** Kind */
            kind: string;
            /** Subject */
            subject: string;
            /** Title */
            title: string;
        };
        /** CommissionOut */
        CommissionOut: {
            /**
             * Cash Fen
             * @description Can be withdrawn.
             */
            cash_fen: number;
            /**
             * Held Fen
             * @description Held for withdrawals under way.
             */
            held_fen: number;
            /**
             * Pending Fen
             * @description Waits until the return windows close.
             */
            pending_fen: number;
            /**
             * Receivable Fen
             * @description Owed after refunds; the next awards repay it first.
             */
            receivable_fen: number;
            /** Withdrawn Fen */
            withdrawn_fen: number;
        };
        /** CommissionStatementOut */
        CommissionStatementOut: {
            /** Lines */
            lines: components["schemas"]["CommissionLineOut"][];
            /**
             * Next Cursor
             * @description Send it as `cursor` for what follows; empty at the end.
             */
            next_cursor: string;
        };
        /** ConsistencyOut */
        ConsistencyOut: {
            /** Checkpoint */
            checkpoint: string;
            /** Format */
            format: string;
            /** Keys */
            keys: string[];
            /** Old Checkpoint */
            old_checkpoint: string;
            /** Path */
            path: string[];
        };
        /** DeliveryAddressOut */
        DeliveryAddressOut: {
            /** Phone */
            phone: string;
            /** Recipient */
            recipient: string;
            /** Region Code */
            region_code: string;
            /** Street */
            street: string;
        };
        /** DivisionOut */
        DivisionOut: {
            /** Code */
            code: string;
            /**
             * Has Divisions
             * @description An address must name one of the divisions below it.
             */
            has_divisions: boolean;
            /**
             * Is Heading
             * @description Stands where others have a city, and is no place itself.
             */
            is_heading: boolean;
            /**
             * Level
             * @enum {string}
             */
            level: "province" | "city" | "county";
            /** Name */
            name: string;
        };
        /** GiftsPoolOut */
        GiftsPoolOut: {
            /** Cap */
            cap: number;
            /** Code */
            code: string;
            /** Left */
            left: number;
            /** Title */
            title: string;
        };
        /** GrantsQuery */
        GrantsQuery: {
            /**
             * Limit
             * @default 50
             */
            limit: number;
        };
        /** GridItemOut */
        GridItemOut: {
            /** Icon */
            icon: string;
            /** Target */
            target: components["schemas"]["ProductTargetOut"] | components["schemas"]["CategoryTargetOut"] | components["schemas"]["PageTargetOut"];
            /** Title */
            title: string;
            /** Title En */
            title_en: string;
        };
        /**
         * GridOut
         * @description Without ``items`` it shows the apps.
         */
        GridOut: {
            /**
             * Items
             * @default []
             */
            items: components["schemas"]["GridItemOut"][];
            /**
             * Kind
             * @constant
             */
            kind: "grid";
        };
        /** IdentityIn */
        IdentityIn: {
            /** Card Number */
            card_number: string;
            /** Real Name */
            real_name: string;
        };
        /** InvitationOut */
        InvitationOut: {
            /** Invite Code */
            invite_code: string;
            /** Link */
            link: string;
            /**
             * Qr Svg
             * @description The link as a QR code, one `<svg>` element.
             */
            qr_svg: string;
        };
        /** InviterOut */
        InviterOut: {
            /** Invite Code */
            invite_code: string;
            /** Name Masked */
            name_masked: string;
        };
        /** LevelOut */
        LevelOut: {
            /** Depth */
            depth: number;
            /** Members */
            members: number;
        };
        /** LiabilitiesOut */
        LiabilitiesOut: {
            /** Asset */
            asset: string;
            /** Covers */
            covers: number;
            /** Leaves */
            leaves: number;
            /** On */
            on: string;
            /** Root */
            root: string;
            /** Total */
            total: number;
        };
        /** LogInIn */
        LogInIn: {
            /** Code */
            code: string;
            /**
             * Cookie
             * @description Keep the session in a cookie (H5) instead of telling the token.
             * @default false
             */
            cookie: boolean;
            /** Phone */
            phone: string;
        };
        /** MeIn */
        MeIn: {
            /** Language */
            language?: ("zh-hans" | "en") | null;
            /** Name */
            name?: string | null;
        };
        /** MeOut */
        MeOut: {
            /**
             * Identity Status
             * @enum {string}
             */
            identity_status: "none" | "submitted" | "verified" | "rejected";
            /** Invite Code */
            invite_code: string;
            /**
             * Joined At
             * Format: date-time
             */
            joined_at: string;
            /**
             * Language
             * @enum {string}
             */
            language: "zh-hans" | "en";
            /** Name */
            name: string;
            /** Number */
            number: string;
            /** Phone Masked */
            phone_masked: string;
            /** Rank */
            rank: string;
            /** Rank Name */
            rank_name: string;
            sponsor: components["schemas"]["SponsorOut"] | null;
            /**
             * Status
             * @enum {string}
             */
            status: "active" | "inactive" | "frozen" | "closed";
        };
        /** MyPointsOut */
        MyPointsOut: {
            /**
             * Available
             * @description Can be spent.
             */
            available: number;
            /**
             * Held
             * @description Set aside for something under way.
             */
            held: number;
            /**
             * Owed
             * @description Spent before the goods went back; taken from the next points.
             */
            owed: number;
            /**
             * Pending
             * @description Waits until the return window closes.
             */
            pending: number;
        };
        /** NewAddressIn */
        NewAddressIn: {
            /**
             * Is Default
             * @default false
             */
            is_default: boolean;
            /** Phone */
            phone: string;
            /** Recipient */
            recipient: string;
            /** Region Code */
            region_code: string;
            /** Street */
            street: string;
        };
        /** NewPhoneCodeSentOut */
        NewPhoneCodeSentOut: {
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /** NewPhoneIn */
        NewPhoneIn: {
            /** Phone */
            phone: string;
        };
        /** OrderFilter */
        OrderFilter: {
            /** Before */
            before?: number | null;
            /**
             * Limit
             * @default 20
             */
            limit: number;
            /** Status */
            status?: ("unpaid" | "paid" | "shipped" | "received" | "closed" | "cancelled" | "timed_out" | "refunded") | null;
        };
        /**
         * OrderIn
         * @description ``client_key`` is new for each order: sending the same again makes no second one.
         *
         *     ``expected_total_fen`` is the total that the buyer saw; if it is another by now, nothing is ordered.
         */
        OrderIn: {
            /** Address Id */
            address_id?: number | null;
            /** Client Key */
            client_key: string;
            /** Expected Total Fen */
            expected_total_fen?: number | null;
            /**
             * Invitation Code
             * @default
             */
            invitation_code: string;
            /**
             * Lines
             * @default []
             */
            lines: components["schemas"]["WishIn"][];
            /**
             * Note
             * @default
             */
            note: string;
        };
        /** OrderLineOut */
        OrderLineOut: {
            /** Base Fen */
            base_fen: number;
            /**
             * Kind
             * @enum {string}
             */
            kind: "goods" | "gift_pack" | "service" | "virtual";
            /** Pieces Back */
            pieces_back: number;
            /** Position */
            position: number;
            /** Price Fen */
            price_fen: number;
            /** Product Code */
            product_code: string;
            /** Quantity */
            quantity: number;
            /** Refundable Fen */
            refundable_fen: number;
            /** Refunded Fen */
            refunded_fen: number;
            /** Sku */
            sku: string;
            /** Title */
            title: string;
            /** Variant Title */
            variant_title: string;
        };
        /** OrderOut */
        OrderOut: {
            address: components["schemas"]["DeliveryAddressOut"] | null;
            /** Buyer Note */
            buyer_note: string;
            /** Can Cancel */
            can_cancel: boolean;
            /** Can Claim */
            can_claim: boolean;
            /** Can Confirm Receipt */
            can_confirm_receipt: boolean;
            /** Can Pay */
            can_pay: boolean;
            /** Carrier */
            carrier: string;
            /** Claims */
            claims: components["schemas"]["ClaimOut"][];
            /** Ended At */
            ended_at: string | null;
            /** Freight Fen */
            freight_fen: number;
            /** Goods Fen */
            goods_fen: number;
            /** Has Open Claim */
            has_open_claim: boolean;
            /** Lines */
            lines: components["schemas"]["OrderLineOut"][];
            /** Needs Delivery */
            needs_delivery: boolean;
            /** Number */
            number: string;
            /** Order Id */
            order_id: number;
            /** Paid At */
            paid_at: string | null;
            /**
             * Pay Before
             * Format: date-time
             */
            pay_before: string;
            /**
             * Placed At
             * Format: date-time
             */
            placed_at: string;
            /** Received At */
            received_at: string | null;
            /** Refunded Fen */
            refunded_fen: number;
            /** Region Name */
            region_name: string;
            /** Shipped At */
            shipped_at: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "unpaid" | "paid" | "shipped" | "received" | "closed" | "cancelled" | "timed_out" | "refunded";
            /** Steps */
            steps: components["schemas"]["StepOut"][];
            /** Total Fen */
            total_fen: number;
            /** Tracking Number */
            tracking_number: string;
        };
        /**
         * OrderSummaryOut
         * @description ``order_id`` is the cursor for the next page.
         */
        OrderSummaryOut: {
            /** Can Cancel */
            can_cancel: boolean;
            /** Can Claim */
            can_claim: boolean;
            /** Can Confirm Receipt */
            can_confirm_receipt: boolean;
            /** Can Pay */
            can_pay: boolean;
            /** Ended At */
            ended_at: string | null;
            /** Freight Fen */
            freight_fen: number;
            /** Goods Fen */
            goods_fen: number;
            /** Has Open Claim */
            has_open_claim: boolean;
            /** Lines */
            lines: components["schemas"]["OrderLineOut"][];
            /** Needs Delivery */
            needs_delivery: boolean;
            /** Number */
            number: string;
            /** Order Id */
            order_id: number;
            /** Paid At */
            paid_at: string | null;
            /**
             * Pay Before
             * Format: date-time
             */
            pay_before: string;
            /**
             * Placed At
             * Format: date-time
             */
            placed_at: string;
            /** Received At */
            received_at: string | null;
            /** Refunded Fen */
            refunded_fen: number;
            /** Shipped At */
            shipped_at: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "unpaid" | "paid" | "shipped" | "received" | "closed" | "cancelled" | "timed_out" | "refunded";
            /** Total Fen */
            total_fen: number;
        };
        /** PageQuery */
        PageQuery: {
            /**
             * Cursor
             * @default
             */
            cursor: string;
            /**
             * Limit
             * @default 50
             */
            limit: number;
        };
        /** PageTargetOut */
        PageTargetOut: {
            /**
             * Kind
             * @constant
             */
            kind: "page";
            /** Path */
            path: string;
        };
        /** ParcelIn */
        ParcelIn: {
            /**
             * Carrier
             * @default
             */
            carrier: string;
            /** Tracking Number */
            tracking_number: string;
        };
        /**
         * PayIn
         * @description Which gateway to pay at; the shop's first if none is named.
         */
        PayIn: {
            /** Gateway */
            gateway?: string | null;
        };
        /** PhoneIn */
        PhoneIn: {
            /** Code */
            code: string;
            /** Phone */
            phone: string;
        };
        /** PictureOut */
        PictureOut: {
            /** Height */
            height: number;
            /** Url */
            url: string;
            /** Width */
            width: number;
        };
        /** PlaceOut */
        PlaceOut: {
            /** Code */
            code: string;
            /** Full Name */
            full_name: string;
            /**
             * Has Divisions
             * @description An address must name one of the divisions below it.
             */
            has_divisions: boolean;
            /**
             * Is Heading
             * @description Stands where others have a city, and is no place itself.
             */
            is_heading: boolean;
            /**
             * Level
             * @enum {string}
             */
            level: "province" | "city" | "county";
            /** Name */
            name: string;
            /** Parents */
            parents: components["schemas"]["DivisionOut"][];
        };
        /** PlacedOrderOut */
        PlacedOrderOut: {
            /** Number */
            number: string;
            /**
             * Pay Before
             * Format: date-time
             */
            pay_before: string;
            /** Replayed */
            replayed: boolean;
            /** Total Fen */
            total_fen: number;
        };
        /** PlanDocumentOut */
        PlanDocumentOut: {
            /** Budget Bp */
            budget_bp: number;
            /** Document */
            document: string;
            /**
             * Effective From
             * Format: date-time
             */
            effective_from: string;
            /** Key */
            key: string;
            /**
             * Sentences
             * @description Each clause in one sentence, then the ways up.
             */
            sentences: string[];
            /**
             * Sha256
             * @description Of the document: what was published is what you read.
             */
            sha256: string;
            /** @description Null where nothing had to be signed for. */
            sign_off: components["schemas"]["SignOffOut"] | null;
            /** Title */
            title: string;
            /** Version */
            version: number;
            /**
             * Worst Case Bp
             * @description The most that one order can ever pay, proven.
             */
            worst_case_bp: number;
        };
        /** PlanOut */
        PlanOut: {
            /** Budget Bp */
            budget_bp: number;
            /**
             * Effective From
             * Format: date-time
             */
            effective_from: string;
            /** Key */
            key: string;
            /**
             * Sentences
             * @description Each clause in one sentence, then the ways up.
             */
            sentences: string[];
            /**
             * Sha256
             * @description Of the document: what was published is what you read.
             */
            sha256: string;
            /** @description Null where nothing had to be signed for. */
            sign_off: components["schemas"]["SignOffOut"] | null;
            /** Title */
            title: string;
            /** Version */
            version: number;
            /**
             * Worst Case Bp
             * @description The most that one order can ever pay, proven.
             */
            worst_case_bp: number;
        };
        /** PointsGrantOut */
        PointsGrantOut: {
            /**
             * Amount
             * @description What it is worth now, after returns.
             */
            amount: number;
            /** Ended At */
            ended_at: string | null;
            /** Granted */
            granted: number;
            /**
             * Granted At
             * Format: date-time
             */
            granted_at: string;
            /** Owed */
            owed: number;
            /** Pool */
            pool: string;
            /** State */
            state: string;
            /** Subject */
            subject: string;
        };
        /** PointsLineOut */
        PointsLineOut: {
            /** Amount */
            amount: number;
            /** Balance After */
            balance_after: number;
            /**
             * Booked At
             * Format: date-time
             */
            booked_at: string;
            /** Kind */
            kind: string;
            /** Subject */
            subject: string;
            /** Title */
            title: string;
        };
        /** PointsStatementOut */
        PointsStatementOut: {
            /** Lines */
            lines: components["schemas"]["PointsLineOut"][];
            /**
             * Next Cursor
             * @description Send it as `cursor` for what follows; empty at the end.
             */
            next_cursor: string;
        };
        /** PoolOut */
        PoolOut: {
            /** Cap */
            cap: number;
            /** Code */
            code: string;
            /**
             * Left
             * @description What may still be granted. Less than a purchase would give: it gives this.
             */
            left: number;
            /** Minted */
            minted: number;
            /** Pending */
            pending: number;
            /** Title */
            title: string;
        };
        /** ProductDetailOut */
        ProductDetailOut: {
            /** Category Id */
            category_id: number | null;
            /** Code */
            code: string;
            /** Description */
            description: string;
            /** From Price Fen */
            from_price_fen: number;
            /** Is On Sale */
            is_on_sale: boolean;
            /**
             * Kind
             * @enum {string}
             */
            kind: "goods" | "gift_pack" | "service" | "virtual";
            /** Pictures */
            pictures: components["schemas"]["PictureOut"][];
            /** Stock */
            stock: number;
            /** Subtitle */
            subtitle: string;
            /** Title */
            title: string;
            /** Variants */
            variants: components["schemas"]["VariantOut"][];
        };
        /** ProductFilter */
        ProductFilter: {
            /** Category Id */
            category_id?: number | null;
            /** Kind */
            kind?: ("goods" | "gift_pack" | "service" | "virtual") | null;
            /**
             * Limit
             * @default 20
             */
            limit: number;
            /**
             * Offset
             * @default 0
             */
            offset: number;
            /**
             * Search
             * @default
             */
            search: string;
            /**
             * Sort
             * @default position
             * @enum {string}
             */
            sort: "position" | "newest" | "price_up" | "price_down";
        };
        /** ProductGiftsOut */
        ProductGiftsOut: {
            /** Code */
            code: string;
            /**
             * Plan Key
             * @description The plan that pays sponsors for its sales; empty: none does.
             */
            plan_key: string;
            /** @description Where the points come from; null: it gives none. */
            pool: components["schemas"]["GiftsPoolOut"] | null;
            /** Rank */
            rank: string | null;
            /** Rank Name */
            rank_name: string;
            /**
             * Return Days
             * @description So many days after receipt the points become final.
             */
            return_days: number;
            /** Variants */
            variants: components["schemas"]["VariantGiftsOut"][];
        };
        /** ProductListOut */
        ProductListOut: {
            /** Category Id */
            category_id: number | null;
            /**
             * Kind
             * @constant
             */
            kind: "products";
            /** Limit */
            limit: number;
            /**
             * Source
             * @enum {string}
             */
            source: "packs" | "goods" | "category";
            /** Title */
            title: string;
            /** Title En */
            title_en: string;
        };
        /** ProductOut */
        ProductOut: {
            /** Category Id */
            category_id: number | null;
            /** Code */
            code: string;
            /** From Price Fen */
            from_price_fen: number;
            /** Is On Sale */
            is_on_sale: boolean;
            /**
             * Kind
             * @enum {string}
             */
            kind: "goods" | "gift_pack" | "service" | "virtual";
            /** Pictures */
            pictures: components["schemas"]["PictureOut"][];
            /** Stock */
            stock: number;
            /** Subtitle */
            subtitle: string;
            /** Title */
            title: string;
            /** Variants */
            variants: components["schemas"]["VariantOut"][];
        };
        /** ProductTargetOut */
        ProductTargetOut: {
            /** Code */
            code: string;
            /**
             * Kind
             * @constant
             */
            kind: "product";
        };
        /** QuantityIn */
        QuantityIn: {
            /** Quantity */
            quantity: number;
        };
        /**
         * QuoteIn
         * @description The lines wanted, or nothing for the whole cart.
         */
        QuoteIn: {
            /**
             * Lines
             * @default []
             */
            lines: components["schemas"]["WishIn"][];
        };
        /** QuoteOut */
        QuoteOut: {
            /** Freight Fen */
            freight_fen: number;
            /** Goods Fen */
            goods_fen: number;
            /** Lines */
            lines: components["schemas"]["QuotedLineOut"][];
            /** Needs Delivery */
            needs_delivery: boolean;
            /** Total Fen */
            total_fen: number;
        };
        /** QuotedLineOut */
        QuotedLineOut: {
            /** Base Fen */
            base_fen: number;
            /** Price Fen */
            price_fen: number;
            /** Quantity */
            quantity: number;
            /** Sku */
            sku: string;
            /** Title */
            title: string;
            /** Variant Title */
            variant_title: string;
        };
        /** RankGrantOut */
        RankGrantOut: {
            /**
             * Basis
             * @enum {string}
             */
            basis: "purchase" | "recruits" | "opening" | "operator";
            /**
             * Granted At
             * Format: date-time
             */
            granted_at: string;
            /** Rank */
            rank: string;
            /** Revoked At */
            revoked_at: string | null;
            /** Revoked Because */
            revoked_because: ("taken_back" | "fell_with" | "operator") | null;
        };
        /**
         * RatioOut
         * @description Fen for one point as an exact ratio.
         */
        RatioOut: {
            /** Denominator */
            denominator: number;
            /** Numerator */
            numerator: number;
        };
        /** ReasonIn */
        ReasonIn: {
            /**
             * Reason
             * @default
             */
            reason: string;
        };
        /** Refusal */
        Refusal: {
            error: {
                /** @description Stable; what a program decides by. */
                code: string;
                /** @description With `invalid_input`: which fields, and why. */
                fields?: {
                    field: string;
                    why: string;
                }[];
                /** @description For people, in the language they asked for. */
                message: string;
                /** @description Tell support this. */
                request_id: string;
            };
        };
        /** SealOut */
        SealOut: {
            /** Checkpoint */
            checkpoint: string;
            /** Key */
            key: string;
            /** Root */
            root: string;
            /**
             * Sealed At
             * Format: date-time
             */
            sealed_at: string;
            /** Size */
            size: number;
        };
        /** SealsOut */
        SealsOut: {
            /** Key */
            key: string;
            /** Seals */
            seals: components["schemas"]["SealOut"][];
        };
        /** SessionOut */
        SessionOut: {
            /** Address */
            address: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Device */
            device: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Is This One */
            is_this_one: boolean;
            /**
             * Last Seen At
             * Format: date-time
             */
            last_seen_at: string;
            /** Session Id */
            session_id: number;
        };
        /**
         * SignOffOut
         * @description An owner's written statement for a plan that the lint blocks.
         */
        SignOffOut: {
            /**
             * Findings
             * @description Ids of the findings that were signed for; docs/lint.md tells each.
             */
            findings: string[];
            /** Jurisdiction */
            jurisdiction: string;
            /** Name */
            name: string;
            /**
             * Sha256
             * @description Of the document that was signed for.
             */
            sha256: string;
            /**
             * Signed At
             * Format: date-time
             */
            signed_at: string;
            /** Statement */
            statement: string;
        };
        /** SignUpIn */
        SignUpIn: {
            /** Code */
            code: string;
            /**
             * Cookie
             * @description Keep the session in a cookie (H5) instead of telling the token.
             * @default false
             */
            cookie: boolean;
            /**
             * Invite Code
             * @description Whose invitation it is; their owner becomes the sponsor.
             * @default
             */
            invite_code: string;
            /** Phone */
            phone: string;
        };
        /** SignedInOut */
        SignedInOut: {
            /**
             * Csrf Token
             * @description Send it as `X-CSRFToken` with what changes something; cookies only.
             * @default
             */
            csrf_token: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Number */
            number: string;
            /**
             * Token
             * @description Send it as `Authorization: Bearer …`; empty when a cookie was asked for.
             * @default
             */
            token: string;
        };
        /** SponsorOut */
        SponsorOut: {
            /** Name Masked */
            name_masked: string;
            /** Number */
            number: string;
            /** Rank */
            rank: string;
        };
        /** StartedPaymentOut */
        StartedPaymentOut: {
            /** Amount Fen */
            amount_fen: number;
            /** Cashier Url */
            cashier_url: string;
            /** Gateway */
            gateway: string;
            /** Number */
            number: string;
            /**
             * Pay Before
             * Format: date-time
             */
            pay_before: string;
        };
        /** StatementLineOut */
        StatementLineOut: {
            /** Amount */
            amount: number;
            /** Balance After */
            balance_after: number;
            /** Batch */
            batch: number;
            /**
             * Booked At
             * Format: date-time
             */
            booked_at: string;
            /** Kind */
            kind: string;
            /** Position */
            position: number;
            /** Subject */
            subject: string;
        };
        /** StatementQuery */
        StatementQuery: {
            /**
             * Account
             * @default cash
             * @enum {string}
             */
            account: "cash" | "pending" | "receivable";
            /**
             * Cursor
             * @default
             */
            cursor: string;
            /**
             * Limit
             * @default 50
             */
            limit: number;
        };
        /** StepOut */
        StepOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** By */
            by: string;
            /** From State */
            from_state: string;
            /** Reason */
            reason: string;
            /** Step */
            step: string;
            /** To State */
            to_state: string;
        };
        /** StorefrontOut */
        StorefrontOut: {
            /** Apps */
            apps: components["schemas"]["AppOut"][];
            /** Blocks */
            blocks: (components["schemas"]["BannerOut"] | components["schemas"]["GridOut"] | components["schemas"]["ProductListOut"] | components["schemas"]["TextOut"])[];
            /** Colour */
            colour: string;
            /** Currency */
            currency: string;
            /** Is Demo */
            is_demo: boolean;
            /** Languages */
            languages: string[];
            /** Logo Url */
            logo_url: string | null;
            /** Name */
            name: string;
            /** Name En */
            name_en: string;
            /**
             * Now
             * Format: date-time
             */
            now: string;
        };
        /** SupplyOut */
        SupplyOut: {
            /** Burned */
            burned: number;
            /** @description Reserve / circulating. Shown beside the floor, never promised. */
            ceiling: components["schemas"]["RatioOut"] | null;
            /** Circulating */
            circulating: number;
            /** @description Fen for one point: reserve / supply. It never falls. */
            floor: components["schemas"]["RatioOut"] | null;
            /** Pending */
            pending: number;
            /** Reserve Fen */
            reserve_fen: number;
            /** Reserve Pending Fen */
            reserve_pending_fen: number;
            /** Supply */
            supply: number;
        };
        /** TeamMemberOut */
        TeamMemberOut: {
            /**
             * Depth
             * @description 1: a direct recruit; -1: the sponsor.
             */
            depth: number;
            /**
             * Joined At
             * Format: date-time
             */
            joined_at: string;
            /** Name Masked */
            name_masked: string;
            /** Number */
            number: string;
            /** Phone Masked */
            phone_masked: string;
            /** Rank */
            rank: string;
            /** Recruits */
            recruits: number;
            /** Status */
            status: string;
        };
        /** TeamOut */
        TeamOut: {
            /** Direct */
            direct: number;
            /** Levels */
            levels: components["schemas"]["LevelOut"][];
            /** Total */
            total: number;
        };
        /** TeamPageOut */
        TeamPageOut: {
            /** Members */
            members: components["schemas"]["TeamMemberOut"][];
            /**
             * Next Cursor
             * @description Send it as `cursor` for what follows; empty at the end.
             */
            next_cursor: string;
        };
        /** TeamWish */
        TeamWish: {
            /**
             * Cursor
             * @description The `next_cursor` of the page before.
             * @default
             */
            cursor: string;
            /**
             * Depth
             * @description One level only; 0 for all of them.
             * @default 0
             */
            depth: number;
            /**
             * Limit
             * @default 50
             */
            limit: number;
        };
        /**
         * TextOut
         * @description One paragraph a line, with ``**bold**`` and ``[words](product:code)`` links; never HTML.
         */
        TextOut: {
            /**
             * Kind
             * @constant
             */
            kind: "text";
            /** Text */
            text: string;
            /** Text En */
            text_en: string;
            /** Title */
            title: string;
            /** Title En */
            title_en: string;
        };
        /** UplineOut */
        UplineOut: {
            /** Depth */
            depth: number;
            /** Name Masked */
            name_masked: string;
            /** Number */
            number: string;
            /** Rank */
            rank: string;
        };
        /** VariantGiftsOut */
        VariantGiftsOut: {
            /**
             * Points
             * @description For one piece, in 1/10 000 point; what the pool has left is the most.
             */
            points: number;
            /** Sku */
            sku: string;
        };
        /** VariantOut */
        VariantOut: {
            /** Price Fen */
            price_fen: number;
            /** Sku */
            sku: string;
            /** Stock */
            stock: number;
            /** Title */
            title: string;
        };
        /** WishIn */
        WishIn: {
            /** Quantity */
            quantity: number;
            /** Sku */
            sku: string;
        };
        /**
         * WithdrawalIn
         * @description ``client_key`` is new for each withdrawal: sending the same again asks for no second one.
         */
        WithdrawalIn: {
            /** Amount Fen */
            amount_fen: number;
            /** Client Key */
            client_key: string;
            /** Recipient */
            recipient: string;
        };
        /** WithdrawalOut */
        WithdrawalOut: {
            /** Amount Fen */
            amount_fen: number;
            /** Ended At */
            ended_at: string | null;
            /** Fee Fen */
            fee_fen: number;
            /** Number */
            number: string;
            /** Payout Fen */
            payout_fen: number;
            /** Reason */
            reason: string;
            /** Recipient Masked */
            recipient_masked: string;
            /**
             * Requested At
             * Format: date-time
             */
            requested_at: string;
            /**
             * State
             * @enum {string}
             */
            state: "requested" | "approved" | "sending" | "paid" | "failed" | "rejected";
            /** State Title */
            state_title: string;
            /**
             * Taken Back Fen
             * @description Cut off by a refund before it was paid.
             */
            taken_back_fen: number;
            /** Tax Fen */
            tax_fen: number;
        };
        /** WithdrawalQuoteIn */
        WithdrawalQuoteIn: {
            /** Amount Fen */
            amount_fen: number;
        };
        /** WithdrawalQuoteOut */
        WithdrawalQuoteOut: {
            /** Amount Fen */
            amount_fen: number;
            /** Fee Fen */
            fee_fen: number;
            /**
             * Payout Fen
             * @description What arrives.
             */
            payout_fen: number;
            /**
             * Tax Fen
             * @description Withheld by the shop's table.
             */
            tax_fen: number;
        };
        /** WithdrawalsQuery */
        WithdrawalsQuery: {
            /**
             * Before
             * @default
             */
            before: string;
            /**
             * Limit
             * @default 50
             */
            limit: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    tongbao_mall_api_cart_cart: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartLineOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_cart_add: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CartLineIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartLineOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_cart_set_quantity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sku: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QuantityIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartLineOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_cart_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartLineOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_catalogue_categories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_orders_quote: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QuoteIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuoteOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_claims_mine: {
        parameters: {
            query?: {
                before?: number | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_claims_claim: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_claims_sent_back: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ParcelIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_claims_withdraw: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_sign_in_send_code: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeIn"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeSentOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_divisions_below: {
        parameters: {
            query?: {
                parent?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DivisionOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_divisions_place: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlaceOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_team_invitation_of: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                invite_code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InviterOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_sign_in_log_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LogInIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedInOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_sign_in_log_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_me_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MeOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_me_describe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MeIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MeOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_addresses_addresses: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_addresses_add: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAddressIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_addresses_address: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_addresses_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_addresses_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_addresses_make_default: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_proofs_award_proof: {
        parameters: {
            query: {
                batch: number;
                position?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_rewards_api_awards_my_awards: {
        parameters: {
            query?: {
                state?: ("pending" | "released" | "voided" | "clawed_back") | null;
                before?: number | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AwardsOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_rewards_api_awards_my_commission: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommissionOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_rewards_api_awards_my_statement: {
        parameters: {
            query?: {
                account?: "cash" | "pending" | "receivable";
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommissionStatementOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_me_submit_identity: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IdentityIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MeOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_team_my_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_team_my_invitation_picture: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_proofs_liability_proof: {
        parameters: {
            query?: {
                asset?: "CNY" | "POINT";
                on?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_me_change_phone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MeOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_me_send_code_to_new_phone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPhoneIn"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewPhoneCodeSentOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_points_api_my_points: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyPointsOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_points_api_my_grants: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PointsGrantOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_points_api_my_statement: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PointsStatementOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_me_ranks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RankGrantOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_sign_in_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_sign_in_end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_proofs_statement: {
        parameters: {
            query?: {
                account?: "cash" | "paid_in" | "pending" | "receivable" | "points" | "points_pending";
                after_batch?: number;
                after_position?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatementLineOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_team_team: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_team_team_members: {
        parameters: {
            query?: {
                /** @description One level only; 0 for all of them. */
                depth?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamPageOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_proofs_transfer_proof: {
        parameters: {
            query: {
                batch: number;
                position?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_team_upline: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UplineOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_rewards_api_withdrawals_mine: {
        parameters: {
            query?: {
                before?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WithdrawalOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_rewards_api_withdrawals_ask: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WithdrawalIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WithdrawalOut"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WithdrawalOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_rewards_api_withdrawals_quote: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WithdrawalQuoteIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WithdrawalQuoteOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_rewards_api_withdrawals_detail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WithdrawalOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_orders_mine: {
        parameters: {
            query?: {
                status?: ("unpaid" | "paid" | "shipped" | "received" | "closed" | "cancelled" | "timed_out" | "refunded") | null;
                before?: number | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderSummaryOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_orders_place: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacedOrderOut"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacedOrderOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_orders_counts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: number;
                    };
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_orders_detail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_orders_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_claims_open_claim: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClaimIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClaimOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_orders_pay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PayIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedPaymentOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_orders_receipt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_orders_payment_gateways: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_rewards_api_plans_plans: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_rewards_api_plans_plan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanDocumentOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_points_api_pools: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PoolOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_points_api_supply: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SupplyOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_catalogue_products: {
        parameters: {
            query?: {
                category_id?: number | null;
                kind?: ("goods" | "gift_pack" | "service" | "virtual") | null;
                search?: string;
                sort?: "position" | "newest" | "price_up" | "price_down";
                offset?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_catalogue_product: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDetailOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_rewards_api_gifts_gifts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductGiftsOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_ledger_api_newest: {
        parameters: {
            query?: {
                before?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SealsOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_ledger_api_consistency: {
        parameters: {
            query: {
                old_size: number;
                size: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsistencyOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_ledger_api_latest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SealOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_ledger_api_owed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiabilitiesOut"][];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_ledger_api_of_size: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                size: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SealOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_members_api_sign_in_sign_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignUpIn"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedInOut"];
                };
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
    tongbao_mall_api_storefront_read: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StorefrontOut"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused; nothing was changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refusal"];
                };
            };
        };
    };
}
